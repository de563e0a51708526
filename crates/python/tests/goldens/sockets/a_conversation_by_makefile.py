import socket
import threading


def serve(listener):
    connection, _ = listener.accept()
    with connection, connection.makefile("rw", encoding="utf-8", newline="\n") as f:
        for line in f:
            word = line.strip()
            if word == "quit":
                print("bye", file=f, flush=True)
                break
            print(word[::-1], file=f, flush=True)


listener = socket.create_server(("127.0.0.1", 0))
thread = threading.Thread(target=serve, args=(listener,))
thread.start()
with socket.create_connection(listener.getsockname()) as client:
    with client.makefile("rw", encoding="utf-8", newline="\n") as f:
        for word in ("hello", "straße", "quit"):
            print(word, file=f, flush=True)
            print(f.readline().strip())
        print(repr(f.readline()))
thread.join()
listener.close()
