class Server:
    def start():
        print("never")

    def stop(self):
        print("stopped")


try:
    Server().start()
except TypeError as error:
    print(error)
try:
    Server.stop()
except TypeError as error:
    print(error)
Server().stop()
