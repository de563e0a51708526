import socket
import sys

word = sys.argv[1].encode()
sock = socket.create_connection(("127.0.0.1", 7000))
sock.sendall(word)
sock.shutdown(socket.SHUT_WR)
text = b""
while part := sock.recv(100):
    text += part
sock.close()
assert text == word, text
