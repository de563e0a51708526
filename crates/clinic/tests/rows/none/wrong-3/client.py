import socket

a = socket.create_connection(("127.0.0.1", 5000))
b = socket.create_connection(("127.0.0.1", 5000))
a.sendall(b"a\n")
b.sendall(b"b\n")
for sock, wanted in ((a, b"A\n"), (b, b"B\n")):
    answer = b""
    while part := sock.recv(100):
        answer += part
    assert answer == wanted, answer
a.close()
b.close()
