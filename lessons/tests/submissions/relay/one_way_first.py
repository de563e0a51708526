# row: none, With a client that asks
# Carries one way first, and closes when that is done.
import socket
import threading


def carry(source, sink):
    while data := source.recv(4096):
        sink.sendall(data)
    sink.shutdown(socket.SHUT_WR)


listener = socket.create_server(("127.0.0.1", 7000))
client, _ = listener.accept()
server = socket.create_connection(("127.0.0.1", 7001))
there = threading.Thread(target=carry, args=(client, server))
there.start()
there.join()
client.close()
server.close()
listener.close()
