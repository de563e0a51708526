import socket

conn = socket.create_connection(("127.0.0.1", 5000))
out = conn.makefile("w", encoding="utf-8")
receipts = conn.makefile("r", encoding="utf-8")
print("soup", file=out)
receipt = receipts.readline()
out.close()
receipts.close()
conn.close()
assert receipt == "ok\n", receipt
