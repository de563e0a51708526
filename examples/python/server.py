"""An echo server: what a client sends comes back to it, until it has finished sending.

    python3 server.py [PORT]        port 0 takes any free one
"""
import socket
import sys
import threading


def serve(connection):
    with connection:
        while True:
            data = connection.recv(4096)
            if not data:            # the client has finished; leaving the block closes the connection
                break
            connection.sendall(data)


port = int(sys.argv[1]) if len(sys.argv) > 1 else 7000
listener = socket.create_server(("127.0.0.1", port))
print("listening on port", listener.getsockname()[1], flush=True)
while True:
    connection, address = listener.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
