import socket

with socket.create_connection(("127.0.0.1", 5151)) as sock:
    sock.sendall(b"abc\n")
    answer = b""
    while not answer.endswith(b"\n"):
        part = sock.recv(16)
        if not part:
            raise EOFError("no answer")
        answer += part
    assert answer == b"3\n", answer
