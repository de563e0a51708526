1   from socket import *
2
3   s = socket(AF_INET, SOCK_STREAM)
4   s.connect(('127.0.0.1', 2000))
5   name = input('your name: ')
6   s.send(name)
7   reply = s.recv(1024)
8   print('server: ' + reply)
9   s.clsoe()
