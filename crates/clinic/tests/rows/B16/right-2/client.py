import socket
import threading

SIZE = 20000

sock = socket.create_connection(("127.0.0.1", 5000))
sender = threading.Thread(target=sock.sendall, args=(b"c" * SIZE,))
sender.start()
got = 0
while got < SIZE:
    data = sock.recv(8192)
    if not data:
        break
    got += len(data)
sender.join()
sock.shutdown(socket.SHUT_WR)
# the server closes when it has everything
end = sock.recv(1)
sock.close()
assert got == SIZE, got
assert end == b"", end
