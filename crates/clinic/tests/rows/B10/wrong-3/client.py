import socket


def talk(sock, word):
    sock.sendall(word)
    answer = sock.recv(1)
    assert answer == word, answer


with socket.create_connection(("127.0.0.1", 3000)) as ann:
    with socket.create_connection(("127.0.0.1", 3000)) as bob:
        talk(bob, b"b")
        talk(ann, b"a")
