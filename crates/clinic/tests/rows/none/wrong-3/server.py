import socket
import threading

buffer = b""


def serve(conn):
    global buffer
    while b"\n" not in buffer:
        data = conn.recv(1024)
        if not data:
            break
        buffer += data
    line, _, buffer = buffer.partition(b"\n")
    conn.sendall(line.upper() + b"\n")
    conn.close()


listener = socket.create_server(("127.0.0.1", 5000))
while True:
    conn, addr = listener.accept()
    threading.Thread(target=serve, args=(conn,)).start()
