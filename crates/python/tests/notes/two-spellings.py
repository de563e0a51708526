import socket

HOST = "127.0.0.1"

def start_server():
    server_socket = socket.socket(AF_INET, SOCK_STREAM)
    server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADR, 1)
    server_socket.bind((HOST, PORT))
    serversocket.listen()
    return server_socket

def serve(server_socket):
    while True:
        conn, addr = server_socket.accpet()
        with conn:
            while True:
                data = conn.recv(BUFSIZE)
                if not data:
                    break
                conn.sendall(Data.upper())

serve(start_server())
