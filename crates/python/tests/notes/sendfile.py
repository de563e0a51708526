import socket

def sendmsg(s, msg):
    sent = 0
    while sent < 1024:
        n = s.send(msg[sent:])
        sent = sent + n

sock = socket.socket()
sock = sock.connect(("127.0.0.1", 6000))
try:
    text = open("letter.txt", "rb").read()
    sendmsg(sock, text)
    sock.sendall(u"\u2713 done")
    reply = sock.recv(2)
    if reply != "ok" :
        raise Exception("the server did not like it"
finally:
    sock.close()
