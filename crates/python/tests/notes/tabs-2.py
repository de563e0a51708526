import socket

class Server:
    def __init__(self, port):
	self.port = port
        self.sock = socket.socket()

    def run(self):
	self.sock.bind(("", self.port))
        self.sock.listen(1)
	while True:
	    conn, addr = self.sock.accept()
	    line = conn.recv(80)
	    if line is "":
		print "nothing from %s" % (addr,)
	    else:
		print "line: %s" % line
	    conn.close()

Server(7000).run()
