# row: none, With one who never reads again
# A thread a guest, and everybody is told at once: who does not read holds up who talks.
import socket
import threading

guests = []


def tell(line, speaker):
    for guest in list(guests):
        if guest is not speaker:
            try:
                guest.sendall(line)
            except OSError:
                pass


def serve(guest):
    kept = b""
    try:
        while data := guest.recv(1024):
            *lines, kept = (kept + data).split(b"\n")
            for line in lines:
                tell(line + b"\n", guest)
    except OSError:
        pass
    guests.remove(guest)
    guest.close()


listener = socket.create_server(("127.0.0.1", 7000))
while True:
    guest, _ = listener.accept()
    guests.append(guest)
    guest.sendall(b"welcome\n")
    threading.Thread(target=serve, args=(guest,)).start()
