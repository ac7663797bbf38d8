"""The other end of sockbox's sockets: `client ADDR...` or `server ADDR...`.

A client sends to a `sockbox echo` and checks what comes back. A server answers one client at each
address with its bytes in reverse.
"""

import os
import socket
import sys
import threading

KINDS = {
    "tcp": (None, socket.SOCK_STREAM),
    "udp": (None, socket.SOCK_DGRAM),
    "unix": (socket.AF_UNIX, socket.SOCK_STREAM),
    "unix-dgram": (socket.AF_UNIX, socket.SOCK_DGRAM),
    "unix-seqpacket": (socket.AF_UNIX, socket.SOCK_SEQPACKET),
}

def parse(address):
    kind, name = address.split(":", 1)
    family, type = KINDS[kind]
    if family == socket.AF_UNIX:
        return family, type, "\0" + name[1:] if name.startswith("@") else name
    host, port = name.rsplit(":", 1)
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    return family, type, (host.strip("[]"), int(port))

def connected(address):
    family, type, name = parse(address)
    s = socket.socket(family, type)
    s.settimeout(60)
    if (family, type) == (socket.AF_UNIX, socket.SOCK_DGRAM):
        s.bind("")  # a name of the kernel's choice
    s.connect(name)
    return s

def everything(s):
    parts = []
    while part := s.recv(1 << 16):
        parts.append(part)
    return b"".join(parts)


def client(address):
    s = connected(address)
    if s.type == socket.SOCK_STREAM:
        data = os.urandom(1 << 20)
        sender = threading.Thread(target=lambda: (s.sendall(data), s.shutdown(socket.SHUT_WR)))
        sender.start()
        assert everything(s) == data, address
        sender.join()
    else:
        for size in (1, 0, 1400, 0, 60000):
            data = os.urandom(size)
            assert s.send(data) == size, address
            assert s.recv(1 << 17) == data, (address, size)
    if s.type == socket.SOCK_SEQPACKET:
        s.shutdown(socket.SHUT_WR)
        assert s.recv(1) == b"", address
    s.close()

def server(address):
    family, type, name = parse(address)
    s = socket.socket(family, type)
    s.settimeout(60)
    s.bind(name)
    name = s.getsockname()
    if family != socket.AF_UNIX:
        address = address.rsplit(":", 1)[0] + ":%d" % name[1]
    if type == socket.SOCK_DGRAM:
        print("listening", address, flush=True)
        data, peer = s.recvfrom(1 << 17)
        s.sendto(data[::-1], peer)
    else:
        s.listen()
        print("listening", address, flush=True)
        c, _ = s.accept()
        c.settimeout(60)
        c.sendall(everything(c)[::-1])
        c.close()
    s.close()


for address in sys.argv[2:]:
    {"client": client, "server": server}[sys.argv[1]](address)
print("done")
