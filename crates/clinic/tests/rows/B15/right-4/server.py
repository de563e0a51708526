import socketserver


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        self.wfile.write(line.upper())


with socketserver.TCPServer(("127.0.0.1", 5000), Handler) as server:
    server.handle_request()
