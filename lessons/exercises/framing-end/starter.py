import socket


def receive_message(conn):
    # TODO: the message is whatever comes until the end
    return conn.recv(1024)


listener = socket.create_server(("127.0.0.1", 7000))
for _ in range(2):
    conn, _ = listener.accept()
    message = receive_message(conn)
    conn.close()
    print(message.decode())
listener.close()
