"""HTTP over one connection, and bodies that are cut off."""

import http.client
import http.server
import socket
import threading

from box import about, listener, tell

lines = {}
ports = []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        ports.append(str(self.client_address[1]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = http.client.HTTPConnection("127.0.0.1", server.server_port)
    for _ in range(3):
        client.request("GET", "/")
        client.getresponse().read()
    client.close()
    server.shutdown()
lines["HTTP/1.1, three requests, the client’s port"] = about(", ".join(ports))


def cut_off(head):
    """A server that sends this head and 600 bytes, and stops."""
    at = listener()

    def serve():
        for _ in range(2):
            conn, _ = at.accept()
            with conn:
                while b"\r\n\r\n" not in conn.recv(4096):
                    pass
                conn.sendall(head + bytes(600))

    threading.Thread(target=serve, daemon=True).start()
    return at.getsockname()


def by_client(where):
    client = http.client.HTTPConnection(*where)
    client.request("GET", "/")
    try:
        return f"{len(client.getresponse().read())} bytes, no complaint"
    except http.client.IncompleteRead as error:
        return repr(error)


def by_recv(where):
    """What came behind the head, and what came last."""
    with socket.create_connection(where) as s:
        s.sendall(b"GET / HTTP/1.1\r\n\r\n")
        parts = []
        while not parts or parts[-1]:
            parts.append(s.recv(4096))
        body = b"".join(parts).split(b"\r\n\r\n", 1)[1]
        return f"{len(body)} bytes, then `{parts[-1]!r}`"


promised = cut_off(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
silent = cut_off(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
lines["1000 bytes promised (Content-Length), server stops after 600"] = by_client(promised)
lines["No length given, server stops after 600"] = by_client(silent)
lines["The same, seen by `recv`: both"] = " / ".join(sorted({by_recv(promised), by_recv(silent)}))
tell(lines)
