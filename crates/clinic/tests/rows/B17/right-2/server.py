import socket


def make_listener():
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", 8080))
    s.listen(1)
    return s


s = make_listener()
conn, addr = s.accept()
try:
    conn.sendall(b"bye")
finally:
    conn.close()
    s.close()

# start again
s = make_listener()
s.close()
