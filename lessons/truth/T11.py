"""What a request of HTTP is: to recv, to http.server, to wsgiref."""

import http.server
import threading
import urllib.request
import wsgiref.simple_server

from box import about, listener, tell

lines = {}


def ask(port, path="/hello.txt"):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as reply:
        return reply.read()


def in_background(run):
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


# The number of bytes depends on the port's digits and on Python's version.
at = listener()
thread = in_background(lambda: ask(at.getsockname()[1]))
conn, _ = at.accept()
request = b""
while b"\r\n\r\n" not in request:
    request += conn.recv(4096)
conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
conn.close()
thread.join()
lines["What `recv` gave a server without a framework"] = about(f"{type(request).__name__}, {len(request)} of them")
first, second = request.decode().split("\r\n")[:2]
lines["They begin so"] = f"`{first}`, a line end, `{second.split(':')[0]}: …`"

seen = {}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        seen["handler"] = self
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
    in_background(server.serve_forever)
    ask(server.server_port)
    server.shutdown()
kind = type(seen["handler"].headers).__name__
is_handler = isinstance(seen["handler"], http.server.BaseHTTPRequestHandler)
lines["`http.server` makes of them"] = ("a handler object; " if is_handler else "") + f"its `headers` are an {kind}"


def app(environ, start):
    seen["environ"] = environ
    start("200 OK", [])
    return [b""]


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        pass


with wsgiref.simple_server.make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
    in_background(server.serve_forever)
    ask(server.server_port)
    server.shutdown()
environ = seen["environ"]
has = [f"`{key}`" for key in ("PATH_INFO", "HTTP_HOST") if key in environ]
own = ", and the server’s own environment variables" if "PATH" in environ else ""
lines["`wsgiref` makes of them"] = f"a {type(environ).__name__}: {', '.join(has)}{own}"
tell(lines)
