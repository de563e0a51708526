import socket


def main():
    with socket.create_connection(("127.0.0.1", 2525)) as sock:
        greeting = sock.recv(9).decode()
        assert greeting == "220 ready", greeting


main()
