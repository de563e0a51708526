import socket


def serve_once():
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.bind(("127.0.0.1", 8080))
    s.listen(1)
    conn, addr = s.accept()
    conn.sendall(b"bye")
    conn.close()
    s.close()


serve_once()
# start again
serve_once()
