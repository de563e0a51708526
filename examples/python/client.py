"""Sends lines to an echo server, one after the other, and prints what comes back.

    python3 client.py [HOST [PORT [LINE...]]]
"""
import socket
import sys

host = sys.argv[1] if len(sys.argv) > 1 else "localhost"
port = int(sys.argv[2]) if len(sys.argv) > 2 else 7000
lines = sys.argv[3:] or ["hello", "and again"]

connection = socket.create_connection((host, port))
answers = connection.makefile("r", encoding="utf-8", newline="\n")
for line in lines:
    # The answer is read before the next line is sent, so that short lines never fill the buffers of both directions.
    connection.sendall((line + "\n").encode())
    print(answers.readline().rstrip("\n"))
connection.shutdown(socket.SHUT_WR)     # nothing more will be sent; the other direction goes on
rest = answers.read()                   # until the server has closed
print("then: the end" if not rest else rest)
answers.close()
connection.close()
