import threading

turns = [threading.Semaphore(1), threading.Semaphore(0)]
said = []


def speak(me, words):
    for word in words:
        turns[me].acquire()
        said.append(word)
        turns[1 - me].release()


a = threading.Thread(target=speak, args=(0, ["one", "three", "five"]))
b = threading.Thread(target=speak, args=(1, ["two", "four", "six"]))
a.start()
b.start()
a.join()
b.join()
print(said)
