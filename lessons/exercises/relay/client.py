import socket

sock = socket.create_connection(("127.0.0.1", 7000))
sock.sendall(b"ab")
sock.sendall(b"cde")
sock.shutdown(socket.SHUT_WR)
reply = b""
while part := sock.recv(100):
    reply += part
sock.close()
assert reply == b"ABCDE", reply
