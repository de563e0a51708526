import socket

listener = socket.create_server(("localhost", 0))
print(listener.getsockname()[0])
with socket.create_connection(("localhost", listener.getsockname()[1])) as client:
    print(client.getpeername()[0])
listener.close()
for family, kind, proto, name, address in socket.getaddrinfo("127.0.0.1", 80, socket.AF_INET, socket.SOCK_STREAM):
    print(family.name, kind.name, proto, address)
