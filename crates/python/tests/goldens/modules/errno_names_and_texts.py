import errno
import os

for name in ("EPERM", "ENOENT", "EINTR", "EBADF", "EAGAIN", "EACCES", "EINVAL", "EPIPE", "EADDRINUSE", "EADDRNOTAVAIL", "ENETUNREACH", "ECONNABORTED", "ECONNRESET", "ENOBUFS", "EISCONN", "ENOTCONN", "ETIMEDOUT", "ECONNREFUSED", "EHOSTUNREACH", "EALREADY", "EINPROGRESS", "EDESTADDRREQ", "EMSGSIZE", "EPROTONOSUPPORT", "EOPNOTSUPP", "EAFNOSUPPORT", "ENOTSOCK", "EMFILE"):
    number = getattr(errno, name)
    print(name, number, errno.errorcode[number], os.strerror(number))
print(errno.EWOULDBLOCK == errno.EAGAIN, os.strerror(0), os.strerror(9999))
