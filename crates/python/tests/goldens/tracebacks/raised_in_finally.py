def work():
    try:
        raise ValueError("in try")
    finally:
        print("finally runs")
        [].pop()


work()
