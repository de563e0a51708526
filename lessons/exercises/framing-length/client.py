# Sends two names and reads both greetings to the end of its own sending.
import socket

sock = socket.create_connection(("127.0.0.1", 7000))
sock.sendall(b"03Bob")
sock.sendall(b"00")
text = b""
while part := sock.recv(100):
    text += part
sock.close()
assert text == b"06Hi Bob03Hi ", text
