ports = {"http": 80}
print(ports["https"])
