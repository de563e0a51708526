# Chat server in Python 2, found in a forum
import socket, select, Queue
from thread import *

clients = {}
waiting = Queue.Queue()
MODE = 0644

def clientthread(conn, addr):
    conn.send("Welcome to the chat room!\n")
    while True:
            message = conn.recv(2048)
            if message <> "":
                text = "<" + addr[0] + "> " + message
                print text
                broadcast(text, conn)
            else:
                remove(conn)
                return

def broadcast(text, sender):
    for client in clients.keys():
        if client != sender:
            try:
                client.send(text)
            except socket.error, e:
                print "lost a client:", e.message,
                client.close()
                remove(client)

def remove(conn):
    if clients.has_key(conn):
        del clients[conn]

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", 8081))
server.listen(100L)
while True:
    conn, addr = server.accept()
    clients[conn] = addr
    print addr[0] + " connected"
    start_new_thread(clientthread, (conn, addr))

conn.close()
server.close()
