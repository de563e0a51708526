import socket

with socket.create_server(("127.0.0.1", 0), backlog=3) as listener:
    print(listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) != 0)
    with socket.create_connection(listener.getsockname(), timeout=5) as client:
        print(client.gettimeout(), client.getpeername() == listener.getsockname())
        server, address = listener.accept()
        with server:
            print(server.gettimeout(), address == client.getsockname())
