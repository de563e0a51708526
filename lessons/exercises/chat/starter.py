import socket
import threading

guests = []


def serve(guest):
    guest.sendall(b"welcome\n")
    while data := guest.recv(1024):
        # TODO: is this a line? What if somebody does not read, or has gone?
        for other in guests:
            if other is not guest:
                other.sendall(data)
    guests.remove(guest)
    guest.close()


listener = socket.create_server(("127.0.0.1", 7000))
while True:
    guest, _ = listener.accept()
    guests.append(guest)
    threading.Thread(target=serve, args=(guest,)).start()
