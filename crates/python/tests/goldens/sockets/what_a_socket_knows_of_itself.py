import socket

s = socket.socket()
print(s.family, s.type, s.proto)
print(socket.AF_INET, socket.SOCK_STREAM, int(socket.AF_INET), socket.AF_INET == 2)
print(isinstance(s, socket.socket), type(s).__name__, s.fileno() > 2)
print(socket.SHUT_RD, socket.SHUT_WR, socket.SHUT_RDWR, socket.SOL_SOCKET)
s.close()
