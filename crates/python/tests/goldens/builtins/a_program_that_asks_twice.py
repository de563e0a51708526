while True:
    answer = input("how many? ")
    try:
        n = int(answer)
        break
    except ValueError:
        print("not a number:", answer)
print("*" * n)
