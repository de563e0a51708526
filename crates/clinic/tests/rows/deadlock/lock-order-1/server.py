import socket
import threading

stock_lock = threading.Lock()
log_lock = threading.Lock()
stock = 5
log = 0


def sell(conn):
    global stock, log
    with stock_lock:
        stock -= 1
        conn.sendall(b"s")
        with log_lock:
            log += 1
    conn.close()


def report(conn):
    with log_lock:
        conn.sendall(str(log).encode())
        with stock_lock:
            left = stock
    conn.close()


listener = socket.create_server(("127.0.0.1", 9200))
threads = []
for work in (sell, report):
    conn, addr = listener.accept()
    t = threading.Thread(target=work, args=(conn,))
    t.start()
    threads.append(t)
for t in threads:
    t.join()
listener.close()
