import socket


def my_send(sock, msg):
    total_sent = 0
    while total_sent < len(msg):
        sent = sock.send(msg[total_sent:])
        total_sent = total_sent + sent


s = socket.socket()
s.connect(("127.0.0.1", 5000))
my_send(s, b"Hello server")
s.close()
