import socket
import threading


def read_name(conn, names):
    name = conn.recv(1)
    names.append(name)


listener = socket.create_server(("127.0.0.1", 9500))
conn, addr = listener.accept()
names = []
reader = threading.Thread(target=read_name, args=(conn, names))
reader.start()
reader.join()
conn.sendall(b">")
conn.close()
listener.close()
