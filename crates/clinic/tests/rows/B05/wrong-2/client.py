import socket


def main():
    with socket.create_connection(("127.0.0.1", 7007)) as s:
        s.sendall(b"abc")
        answer = b""
        while len(answer) < 3:
            piece = s.recv(3 - len(answer))
            if not piece:
                raise EOFError("connection closed")
            answer += piece
        assert answer == b"abc"


main()
