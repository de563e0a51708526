hosts = {"alpha": {"ports": [80, 443], "up": True}, "beta": {"ports": [], "up": False}}
hosts["alpha"]["ports"].append(9000)
for name, host in hosts.items():
    print(name, host["ports"], host.get("up"))
print(hosts["alpha"]["ports"][-1], [p for h in hosts.values() for p in h["ports"]])
print(hosts)
try:
    hosts["gamma"]["ports"]
except KeyError as error:
    print("KeyError:", error)
