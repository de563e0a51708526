try:
    import no_such_module_here
except ImportError:
    no_such_module_here = None
print(no_such_module_here)
DEBUG = False
if DEBUG:
    print("never")
while False:
    print("never")
print(__debug__)
