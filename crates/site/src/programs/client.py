import socket

client = socket.socket()
client.connect(("127.0.0.1", 7000))

for word in ["stream", "of", "bytes"]:
    client.sendall(word.encode())
    reply = client.recv(1024)
    print(word, "came back as", reply)
client.close()
