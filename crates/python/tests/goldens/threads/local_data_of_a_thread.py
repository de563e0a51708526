import threading

local = threading.local()
local.name = "main"
seen = []


def work():
    seen.append(hasattr(local, "name"))
    local.name = "worker"
    seen.append(local.name)


thread = threading.Thread(target=work)
thread.start()
thread.join()
print(seen, local.name)
