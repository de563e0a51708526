import socket

def receive_all(sock):
    data = ''
    while 1:
        part = sock.recv(4096)
        if part == None:
            break
        data += part
    return data

def main():
    sock = socket.create_connection("localhost", 5555)
    sock.sendall("LIST\n")
    sock.shutdown(socket.SHUT_WR)
    listing = receive_all(sock)
    for line in listing.split("\n"):
        if line.startswith("total"):
            continue
        print(line)
    return sock.fileno()
    sock.close()

if __name__ == "__main__"
    main()
