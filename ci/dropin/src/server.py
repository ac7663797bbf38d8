# An ordinary server of HTTP. Prints its port, and that of a listener whose backlog is full.
import http.server, signal, socket, time

signal.alarm(240)  # Should nobody end it.

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for header in headers:
            self.send_header(*header)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/hello":
            self.answer(200, b"hello")
        elif self.path == "/redirect":
            self.answer(302, b"", [("Location", "/hello")])
        elif self.path == "/chunked":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for word in [b"one ", b"two ", b"three"]:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(word), word))
                self.wfile.flush()
                time.sleep(0.05)
            self.wfile.write(b"0\r\n\r\n")
        elif self.path == "/silent":
            time.sleep(60)
        elif self.path == "/stops":
            self.send_response(200)
            self.send_header("Content-Length", "10")
            self.end_headers()
            self.wfile.write(b"half ")
            time.sleep(60)
        elif self.path == "/ends":
            self.close_connection = True
        else:
            self.answer(404, b"nothing here")

    def do_POST(self):
        self.answer(200, self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *_):
        pass


deaf = socket.socket()
deaf.bind(("127.0.0.1", 0))
deaf.listen(0)
clients = [socket.socket() for _ in range(4)]
for client in clients:
    client.setblocking(False)
    client.connect_ex(deaf.getsockname())
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, deaf.getsockname()[1], flush=True)
server.serve_forever()
