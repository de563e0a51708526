import threading


def work(*args, **kwargs):
    print(args, kwargs)


for thread in (threading.Thread(target=work), threading.Thread(target=work, args=(1, 2), kwargs={"a": 3}), threading.Thread(None, work, "name", ["list"])):
    thread.start()
    thread.join()
