import socket

text = b"echo"
with socket.create_connection(("127.0.0.1", 5000)) as sock:
    sock.sendall(text)
    answer = b""
    while len(answer) < len(text):
        part = sock.recv(len(text) - len(answer))
        if not part:
            raise EOFError("the echo was cut off")
        answer += part
assert answer == text, answer
