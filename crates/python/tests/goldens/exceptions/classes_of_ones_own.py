class AppError(Exception):
    pass


class Refused(AppError):
    def __init__(self, host, port):
        super().__init__(f"{host}:{port} refused")
        self.port = port


class Coded(AppError):
    def __init__(self, code):
        self.code = code

    def __str__(self):
        return f"code {self.code}"


for error in (AppError("plain"), AppError(), AppError("a", 2), Refused("alpha", 80), Coded(7)):
    try:
        raise error
    except AppError as e:
        print(type(e).__name__, "|", e, "|", repr(e), "|", e.args)
try:
    raise AppError
except AppError as e:
    print(repr(e))
