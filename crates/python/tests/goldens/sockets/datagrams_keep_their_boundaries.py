import socket

receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.settimeout(5)
for text in (b"one", b"two", b"", b"a long one"):
    print(sender.sendto(text, receiver.getsockname()))
print(receiver.recv(100))
data, address = receiver.recvfrom(100)
print(data, address == ("127.0.0.1", sender.getsockname()[1]))
print(receiver.recv(100), receiver.recv(4))
sender.close()
receiver.close()
