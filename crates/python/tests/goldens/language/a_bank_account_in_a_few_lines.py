accounts = {}


def move(source, target, amount):
    if accounts.get(source, 0) < amount:
        raise ValueError(f"{source} has only {accounts.get(source, 0)}")
    accounts[source] -= amount
    accounts[target] = accounts.get(target, 0) + amount


accounts["Ann"] = 10
move("Ann", "Bo", 4)
print(accounts)
try:
    move("Bo", "Ann", 5)
except ValueError as error:
    print(error)
print(accounts)
