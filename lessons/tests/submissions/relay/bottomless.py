# row: none, the relay takes all it can get
# Reads whenever there is something, and keeps it all.
import select
import socket

listener = socket.create_server(("127.0.0.1", 7000))
client, _ = listener.accept()
server = socket.create_connection(("127.0.0.1", 7001))
other = {client: server, server: client}
kept = {client: b"", server: b""}
reading = [client, server]
unfinished = [client, server]
while unfinished:
    writes = [sock for sock in kept if kept[sock]]
    readable, writable, _ = select.select(reading, writes, [])
    for sock in readable:
        data = sock.recv(65536)
        kept[other[sock]] += data
        if not data:
            reading.remove(sock)
    for sock in writable:
        taken = sock.send(kept[sock][:1000])
        kept[sock] = kept[sock][taken:]
    for sock in list(unfinished):
        if other[sock] not in reading and not kept[sock]:
            sock.shutdown(socket.SHUT_WR)
            unfinished.remove(sock)
client.close()
server.close()
listener.close()
