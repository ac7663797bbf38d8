# An ordinary client of HTTP, which keeps its connection. Prints what came of each request.
import http.client, sys

body = bytes((i * 7 + i // 251) % 256 for i in range(1 << 20))
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=30)
connection.connect()
socket = connection.sock


def ask(*request, **options):
    connection.request(*request, **options)
    response = connection.getresponse()
    return response.status, response.read()


words = [ask("GET", "/") == (200, b"home") for _ in range(3)]
words.append(ask("POST", "/echo", body=body) == (200, body))
parts = (body[i : i + 5000] for i in range(0, len(body), 5000))
words.append(ask("POST", "/echo", body=parts, encode_chunked=True) == (200, body))
words.append(ask("GET", "/nothing")[0] == 404)
words.append(ask("GET", "/", headers={"Connection": "close"}) == (200, b"home"))
print(words.count(True), "of", len(words), "requests", "over one connection" if connection.sock in (socket, None) else "")
