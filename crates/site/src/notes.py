# Time server and client, from my notes
import socket

def serve():
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.bind(('') , 9000)
    server.listen(5)
    while True:
        conn, addr = server.accept()
        print "connected:", addr
        conn.send("12:00:00\n")
        conn.close()
    server.close()

def ask(host):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STRAEM)
    sock.connect((host, 9000))
    chunks = []
    while True:
        chunk = sock.recv(1024)
        if chunk == '':
            break
        chunks.append(chunk)
    sock.close()
    return ''.join(chunks)

print ask('localhost')
