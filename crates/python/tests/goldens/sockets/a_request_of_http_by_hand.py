import socket
import threading


def serve(listener):
    connection, _ = listener.accept()
    with connection:
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(16)
        line = request.split(b"\r\n")[0].decode()
        method, path, version = line.split()
        body = f"you asked for {path}\n".encode()
        head = f"HTTP/1.0 200 OK\r\nContent-Length: {len(body)}\r\nContent-Type: text/plain\r\n\r\n"
        connection.sendall(head.encode() + body)


listener = socket.create_server(("127.0.0.1", 0))
thread = threading.Thread(target=serve, args=(listener,))
thread.start()
with socket.create_connection(listener.getsockname()) as client:
    client.sendall(b"GET /index.html HTTP/1.0\r\nHost: localhost\r\n\r\n")
    answer = b""
    while piece := client.recv(10):
        answer += piece
head, _, body = answer.partition(b"\r\n\r\n")
for line in head.decode().split("\r\n"):
    print(line)
print(body)
thread.join()
listener.close()
