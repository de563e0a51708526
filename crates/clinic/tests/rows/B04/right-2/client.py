from socket import socket, AF_INET, SOCK_STREAM

alice = socket(AF_INET, SOCK_STREAM)
alice.connect(("127.0.0.1", 8888))
bob = socket(AF_INET, SOCK_STREAM)
bob.connect(("127.0.0.1", 8888))

# Bob is quicker than Alice
bob.sendall(b"b")
assert bob.recv(1) == b"B"
bob.close()
alice.sendall(b"a")
assert alice.recv(1) == b"A"
alice.close()
