import socket

listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
buffer = b""
lines = []
while len(lines) < 2:
    while b"\n" not in buffer:
        part = conn.recv(1024)
        if not part:
            raise EOFError("cut off")
        buffer += part
    line, _, buffer = buffer.partition(b"\n")
    lines.append(line)
conn.sendall(lines[0] + lines[0])
conn.close()
listener.close()
