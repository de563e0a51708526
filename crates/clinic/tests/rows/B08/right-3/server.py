import socket


def serve_forever(listener):
    while True:
        conn, addr = listener.accept()
        with conn:
            rest = "Welcome!".encode()
            while rest:
                n = conn.send(rest)
                rest = rest[n:]


listener = socket.create_server(("127.0.0.1", 2121))
serve_forever(listener)
