# row: B22
# Reads all of it before it sends any.
import socket
import threading


def carry(source, sink):
    everything = b""
    while data := source.recv(4096):
        everything += data
    sink.sendall(everything)
    sink.shutdown(socket.SHUT_WR)


listener = socket.create_server(("127.0.0.1", 7000))
client, _ = listener.accept()
server = socket.create_connection(("127.0.0.1", 7001))
there = threading.Thread(target=carry, args=(client, server))
there.start()
carry(server, client)
there.join()
client.close()
server.close()
listener.close()
