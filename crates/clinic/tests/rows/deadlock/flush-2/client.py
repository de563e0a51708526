import socket

with socket.create_connection(("127.0.0.1", 2525)) as sock:
    with sock.makefile("rwb") as f:
        greeting = f.readline()
        assert greeting == b"220 hello\n", greeting
        f.write(b"me\n")
        f.flush()
        assert f.readline() == b"250 me\n"
