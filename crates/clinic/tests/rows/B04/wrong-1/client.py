import socket


def ask(sock, text):
    sock.sendall(text)
    answer = b""
    while len(answer) < len(text):
        chunk = sock.recv(16)
        if not chunk:
            raise EOFError("the server hung up")
        answer += chunk
    return answer


first = socket.create_connection(("127.0.0.1", 5004))
second = socket.create_connection(("127.0.0.1", 5004))
# the second one asks while the first one is still connected
assert ask(second, b"hi") == b"hi"
second.close()
assert ask(first, b"yo") == b"yo"
first.close()
