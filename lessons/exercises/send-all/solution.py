import socket


def send_all(sock, data):
    while data:
        taken = sock.send(data)
        data = data[taken:]


sock = socket.create_connection(("127.0.0.1", 7000))
send_all(sock, b"one fish ")
send_all(sock, b"")
send_all(sock, b"two fish")
sock.close()
