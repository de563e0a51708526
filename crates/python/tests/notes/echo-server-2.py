# Echo server, from the course notes (week 3)
import socket
import sys

HOST = ''
PORT = 8888

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
print 'Socket created'

try:
    s.bind((HOST, PORT))
except socket.error, msg:
    print 'Bind failed. Error code: ' + str(msg[0]) + ' Message: ' + msg[1]
    sys.exit()

s.listen(10)
print 'Socket now listening'

while 1:
    conn, addr = s.accept()
    print 'Connected with ' + addr[0] + ':' + str(addr[1])
    while 1:
        data = conn.recv(1024)
        if data == '':
            break
        reply = 'OK: ' + data
        conn.sendall(reply)
    conn.close()

s.close()
