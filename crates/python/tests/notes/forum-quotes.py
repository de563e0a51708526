import socket
import threading

def client_thread(conn):
    conn.send(“Welcome. Type something and press enter\n”)
    while True:
        data = conn.recv(1024)
        if data == ‘quit\n’:
            break
        print(“received: “ + data)
    conn.close()

def main():
    listener = socket.socket()
    listener.bind((‘0.0.0.0’, 7777))
    listener.listen(5)
    while True:
        conn, addr = listener.accept()
        threading.Thread(target=client_thread(conn)).start()

main()
