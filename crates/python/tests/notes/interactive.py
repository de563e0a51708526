>>> import socket
>>> s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
>>> s.connect("www.example.org", 80)
>>> s.send("HEAD / HTTP/1.0\r\n\r\n")
19
>>> answer = s.recv(512)
>>> while answer != "":
...     answer = s.recv(512)
...
>>> s.close()
