import select
import socket


def talk(conn):
    data = conn.recv(8)
    while data:
        conn.sendall(data)
        data = conn.recv(8)
    conn.close()


listener = socket.create_server(("127.0.0.1", 2000))
for i in range(2):
    readable, writable, errors = select.select([listener], [], [])
    if listener in readable:
        conn, addr = listener.accept()
        talk(conn)
listener.close()
