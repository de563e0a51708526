import socket
import threading


class Account:
    def __init__(self, money):
        self.money = money
        self.lock = threading.Lock()


anna = Account(10)
ben = Account(10)


def transfer(source, target, conn):
    amount = int(conn.recv(1))
    source.lock.acquire()
    target.lock.acquire()
    source.money -= amount
    target.money += amount
    target.lock.release()
    source.lock.release()
    conn.sendall(b"k")
    conn.close()


def main():
    with socket.create_server(("127.0.0.1", 9300)) as listener:
        first, addr = listener.accept()
        second, addr = listener.accept()
        one = threading.Thread(target=transfer, args=(anna, ben, first))
        two = threading.Thread(target=transfer, args=(ben, anna, second))
        one.start()
        two.start()
        one.join()
        two.join()
    assert anna.money + ben.money == 20


main()
