# UDP pair: python udp.py server | python udp.py client
import socket, sys

def server():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(('', 9999))
    while 1:
        data, addr = s.recvfrom(1024)
        if data.strip() == 'bye': break
        print 'from %s: %s' % (addr[0], data)
        s.sendto('you said ' + data, addr)

def client():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for word in ['one', 'two', ur'bye']:
        s.sendto(word, ('127.0.0.1', 9999))
        print s.recvfrom(1024)[0]

if sys.argv[1] == 'server': server()
else: client()
