import socket
import threading


def answer(store, line):
    words = line.split()
    match words:
        case ["SET", key, *rest]:
            store[key] = " ".join(rest)
            return "OK"
        case ["GET", key]:
            return store.get(key, "(none)")
        case ["DEL", key]:
            return str(int(store.pop(key, None) is not None))
        case _:
            return "ERROR " + line


def serve(listener):
    connection, _ = listener.accept()
    store = {}
    with connection, connection.makefile("rw", newline="\n") as f:
        for line in f:
            f.write(answer(store, line.rstrip("\n")) + "\n")
            f.flush()


listener = socket.create_server(("127.0.0.1", 0))
thread = threading.Thread(target=serve, args=(listener,))
thread.start()
client = socket.create_connection(listener.getsockname())
with client, client.makefile("rw", newline="\n") as f:
    for line in ("SET a 1 2", "GET a", "GET b", "DEL a", "DEL a", "HELLO"):
        f.write(line + "\n")
        f.flush()
        print(line, "->", f.readline().strip())
thread.join()
listener.close()
