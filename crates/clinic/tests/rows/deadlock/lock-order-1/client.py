import socket

seller = socket.create_connection(("127.0.0.1", 9200))
reporter = socket.create_connection(("127.0.0.1", 9200))
assert seller.recv(1) == b"s"
assert seller.recv(1) == b""
assert reporter.recv(1) in (b"0", b"1")
assert reporter.recv(1) == b""
seller.close()
reporter.close()
