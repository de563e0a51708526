import socket

kitchen = socket.create_server(("127.0.0.1", 5000))
conn, addr = kitchen.accept()
orders = conn.makefile("r", encoding="utf-8")
order = orders.readline()
conn.sendall(b"ok\n")
orders.close()
conn.close()
kitchen.close()
