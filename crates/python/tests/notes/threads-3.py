import socket
import threading

def handle(conn, addr):
    print(f"client {addr}")
    while True:
        data = conn.recv(1024)
        if data is None:
            break
        conn.sendall(data)
    conn.close()

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind(("127.0.0.1"), 9000)
server.listen(5)
while True:
    conn, addr = server.accept()
    t = threading.Thread(target=handle, args=(conn, addr))
    t.run()
