import os

r, w = os.pipe()
print(os.write(w, b"through the pipe"))
print(os.read(r, 7), os.read(r, 100))
os.close(w)
print(os.read(r, 100))
os.close(r)
try:
    os.read(r, 1)
except OSError as error:
    print(error)
