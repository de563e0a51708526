import socket
import struct


def send_word(sock, word):
    sock.sendall(struct.pack("!B", len(word)))
    sock.sendall(word.encode())


with socket.create_connection(("127.0.0.1", 4000)) as sock:
    send_word(sock, "né")
    send_word(sock, "ok")
