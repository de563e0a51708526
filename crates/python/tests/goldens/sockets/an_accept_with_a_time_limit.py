import socket

listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(0.05)
for attempt in range(2):
    try:
        listener.accept()
    except socket.timeout as error:
        print("nobody came:", error)
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
print("somebody came", server.gettimeout())
for s in (client, server, listener):
    s.close()
