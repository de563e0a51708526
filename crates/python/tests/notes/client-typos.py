import socket

client = socket.socket(socket.AF_INTE, socket.SOCK_STEAM)
client.connect("localhost", 8080)
client.send("GET / HTTP/1.0\r\n\r\n")
chunks = []
while True:
    chunk = client.recv(4096)
    if chunk == "":
        break
    chunks.append(chunk)
page = "".join(chunks)
print(len(page)
client.close()
