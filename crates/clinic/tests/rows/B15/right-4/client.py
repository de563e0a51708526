import socket

sock = socket.create_connection(("127.0.0.1", 5000))
f = sock.makefile("rw", encoding="utf-8", newline="\n")
f.write("hi\n")
f.flush()
answer = f.readline()
f.close()
sock.close()
assert answer == "HI\n", answer
