print("got", input())
print("got", input("and? "))
