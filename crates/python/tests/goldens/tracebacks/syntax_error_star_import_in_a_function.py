def serve():
    from socket import *

    return socket()
