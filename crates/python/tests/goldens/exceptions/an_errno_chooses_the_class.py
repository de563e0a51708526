import errno

names = ["EPERM", "ENOENT", "EINTR", "EIO", "EBADF", "ECHILD", "EAGAIN", "EACCES", "EEXIST", "ENOTDIR", "EISDIR", "EINVAL", "EPIPE", "ESRCH", "EADDRINUSE", "EADDRNOTAVAIL", "ENETUNREACH", "ECONNABORTED", "ECONNRESET", "EISCONN", "ENOTCONN", "ESHUTDOWN", "ETIMEDOUT", "ECONNREFUSED", "EHOSTUNREACH", "EALREADY", "EINPROGRESS", "EMSGSIZE", "ENOTSOCK"]
for name in names:
    number = getattr(errno, name)
    error = OSError(number, "text")
    print(name, type(error).__name__, error.errno == number, error.strerror)
