import socket
import socketserver
import threading


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        data = self.request.recv(100)
        self.request.sendall(b"got " + data)


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True


server = Server(("127.0.0.1", 0), Handler)
thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
thread.start()
for word in (b"one", b"two"):
    with socket.create_connection(server.server_address) as client:
        client.sendall(word)
        print(client.recv(100))
server.shutdown()
thread.join()
server.server_close()
print("server is down")
