import socket
import struct
import threading


def checksum(data):
    value = 0
    for byte in data:
        value = (value * 31 + byte) & 0xFFFFFFFF
    return value


def serve(listener, content):
    connection, _ = listener.accept()
    with connection:
        connection.sendall(struct.pack("!II", len(content), checksum(content)))
        connection.sendall(content)


content = b"0123456789" * 1000
listener = socket.create_server(("127.0.0.1", 0))
thread = threading.Thread(target=serve, args=(listener, content))
thread.start()
with socket.create_connection(listener.getsockname()) as client:
    size, expected = struct.unpack("!II", client.recv(8, socket.MSG_WAITALL))
    data = bytearray()
    while len(data) < size:
        data += client.recv(min(4096, size - len(data)))
    print(size, checksum(data) == expected, client.recv(1))
thread.join()
listener.close()
