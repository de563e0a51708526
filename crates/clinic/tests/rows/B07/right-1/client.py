import socket

client_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client_socket.connect(("127.0.0.1", 6000))
client_socket.sendall(b"ping")
answer = b""
while len(answer) < 4:
    data = client_socket.recv(1024)
    if not data:
        break
    answer += data
client_socket.close()
assert answer == b"ping"
