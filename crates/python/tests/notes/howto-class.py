class mysocket:
    """for demonstration; all messages have the same length"""

    def __init__(self, sock=None):
        if sock is None:
            self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        else:
            self.sock = sock

    def connect(self, host, port):
        self.sock.connect((host, port))

    def mysend(self, msg):
        totalsent = 0
        while totalsent < MSGLEN:
            sent = self.sock.send(msg[totalsent:])
            if sent == 0:
                raise RuntimeError("socket connection broken")
            totalsent += sent

    def myreceive(self):
        chunks = []
        received = 0
        while received < MSGLEN:
            chunk = self.sokc.recv(min(MSGLEN - received, 2048))
            if chunk == '':
                raise RuntimeError("socket connection broken")
            chunks.append(chunk)
            received = received + len(chunk)
        return ''.join(chunks)
