import errno

for number in (errno.EPIPE, errno.ECONNRESET, errno.ECONNREFUSED, errno.ECONNABORTED, errno.ETIMEDOUT, errno.EAGAIN, errno.EINTR):
    try:
        raise OSError(number, "made up")
    except ConnectionError as error:
        print("connection", type(error).__name__)
    except TimeoutError as error:
        print("time", type(error).__name__)
    except OSError as error:
        print("other", type(error).__name__)
