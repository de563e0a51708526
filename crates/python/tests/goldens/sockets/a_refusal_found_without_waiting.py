import errno
import select
import socket

bound = socket.socket()  # it has a port and does not listen
bound.bind(("127.0.0.1", 0))
address = bound.getsockname()
client = socket.socket()
client.setblocking(False)
number = client.connect_ex(address)
print(errno.errorcode[number])
select.select([], [client], [], 5)
print(errno.errorcode[client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)])
print(client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
client.close()
