import socket, sys

def main():
    if len(sys.argv) <> 3:
        print >>sys.stderr, "usage:", `sys.argv[0]`, "host port"
        sys.exit(1)
    host = sys.argv[1]
    port = int(sys.argv[2])
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.connect((host, port))
    except socket.error, (code, message):
        raise SystemExit, "cannot connect: " + message
    name = raw_input("name? ")
    sock.send("HELLO " + name + "\n")
    answer = sock.recv(1024)
    print "server says:", answer
    print
    sock.close()

main()
