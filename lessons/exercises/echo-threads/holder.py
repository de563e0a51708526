# Opens two connections, and talks on the second first.
import socket

first = socket.create_connection(("127.0.0.1", 7000))
second = socket.create_connection(("127.0.0.1", 7000))
for sock, byte in ((second, b"2"), (first, b"1")):
    sock.sendall(byte)
    assert sock.recv(1) == byte
    sock.shutdown(socket.SHUT_WR)
    assert sock.recv(1) == b""
    sock.close()
