import socket

print(socket.htons(1) == 256 or socket.htons(1) == 1, socket.ntohs(socket.htons(80)), socket.ntohl(socket.htonl(1)))
print(socket.inet_aton("127.0.0.1"), socket.inet_ntoa(b"\xc0\x00\x02\x01"), socket.inet_pton(socket.AF_INET, "10.0.0.1"))
for bad in ("256.0.0.1", "text"):
    try:
        socket.inet_aton(bad)
    except OSError as error:
        print(error)
try:
    socket.inet_ntoa(b"abc")
except OSError as error:
    print(error)
print(socket.gethostbyname("127.0.0.1"), type(socket.gethostname()).__name__)
