import os
import sys

r, w = os.pipe()
sys.stdout.flush()
pid = os.fork()
if pid == 0:
    os.close(r)
    os.write(w, b"hello from the child")
    os._exit(7)
os.close(w)
print(os.read(r, 100))
print(os.read(r, 100))
child, status = os.waitpid(pid, 0)
print(child == pid, os.waitstatus_to_exitcode(status))
