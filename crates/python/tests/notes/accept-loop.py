# the server of the lecture: every connection gets its own thread
import socket

serversocket = socket.socket(socket.INET, socket.STREAM)
serversocket.bind((socket.gethostname(), 80)
server_socket.listen(5)

while 1:
    (clientsocket, address) = serversocket.accept()
    # now do something with the client socket
    ct = client_thread(clientsocket)
    ct.run()
