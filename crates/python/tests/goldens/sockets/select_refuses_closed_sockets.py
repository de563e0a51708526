import select
import socket

s = socket.socket()
s.close()
try:
    select.select([s], [], [], 0)
except ValueError as error:
    print(error)
try:
    select.select(["text"], [], [], 0)
except TypeError as error:
    print(error)
try:
    select.select([], [], [], -1)
except ValueError as error:
    print(error)
try:
    select.select([])
except TypeError as error:
    print(error)
