import socket
import sys

SIZE = int(sys.argv[1])


def send_all(sock, message):
    total = 0
    while total < len(message):
        total += sock.send(message[total:])


sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sock.connect(("127.0.0.1", 7000))
send_all(sock, b"m" * SIZE)
sock.close()
