import select
import socket

LONGEST = 3000  # bytes of a line
MOST = 8000  # bytes that may wait for somebody who does not read

listener = socket.create_server(("127.0.0.1", 7000))
listener.setblocking(False)
heard = {}  # of each guest: what came of a line so far
unsent = {}  # of each guest: what has yet to be sent


def leave(guest):
    del heard[guest], unsent[guest]
    guest.close()


def tell(line, speaker):
    for guest in list(unsent):
        if guest is not speaker:
            unsent[guest] += line
            if len(unsent[guest]) > MOST:
                leave(guest)


while True:
    writes = [guest for guest in unsent if unsent[guest]]
    readable, writable, _ = select.select([listener, *heard], writes, [])
    for sock in readable:
        if sock is listener:
            try:
                guest, _ = listener.accept()
            except (BlockingIOError, ConnectionError):
                continue  # gone before we came to the door
            guest.setblocking(False)
            heard[guest], unsent[guest] = b"", b"welcome\n"
        elif sock in heard:
            try:
                data = sock.recv(1024)
            except BlockingIOError:
                continue  # ready then, not now
            except OSError:
                data = b""
            if not data:
                leave(sock)
                continue
            *lines, heard[sock] = (heard[sock] + data).split(b"\n")
            if any(len(line) > LONGEST for line in (*lines, heard[sock])):
                leave(sock)
                continue
            for line in lines:
                tell(line + b"\n", sock)
    for guest in writable:
        if guest in unsent:
            try:
                taken = guest.send(unsent[guest])
                unsent[guest] = unsent[guest][taken:]
            except BlockingIOError:
                pass  # room then, not now
            except OSError:
                leave(guest)
