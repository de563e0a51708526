import socket

with socket.create_connection(("127.0.0.1", 3333)) as sock:
    with sock.makefile("rw", encoding="utf-8") as f:
        f.write("eve")
        f.flush()
        sock.shutdown(socket.SHUT_WR)
        answer = f.read()
assert answer == "hi eve", answer
