from select import *
from errno import *
from os import *
from queue import *
import socket as sockets

size = 1
from socket import *

# What comes later wins, built-in names included.
print(error is OSError, ECONNRESET, POLLIN, name, Empty.__name__)
print(size)
print(socket is sockets.socket, SOCK_DGRAM == sockets.SOCK_DGRAM)


def inner():
    return AF_INET6 == sockets.AF_INET6, htons(1)


print(inner())
for hidden in (lambda: os, lambda: sys, lambda: _socket):
    try:
        hidden()
    except NameError as problem:
        print(problem)
