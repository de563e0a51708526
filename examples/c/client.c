/* Sends lines to an echo server, one after the other, and prints what comes back.
 *
 *     cc -o client client.c && ./client [HOST [PORT [LINE...]]]
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* The first of the host's addresses that answers. */
static int connected(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list, *at;
    int fd = -1;
    int wrong = getaddrinfo(host, port, &hints, &list);

    if (wrong != 0) {
        fprintf(stderr, "%s: %s\n", host, gai_strerror(wrong));
        exit(1);
    }
    for (at = list; at != NULL; at = at->ai_next) {
        fd = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
        if (fd < 0)
            continue;
        if (connect(fd, at->ai_addr, at->ai_addrlen) == 0)
            break;
        close(fd);
        fd = -1;
    }
    if (fd < 0)
        fail("connect");
    freeaddrinfo(list);
    return fd;
}

/* send may take fewer bytes than it is given */
static void send_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, data, len, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR)
                continue;
            fail("send");
        }
        data += sent;
        len -= (size_t)sent;
    }
}

/* Prints what comes until a line has ended, or until the server has closed: then the answer is 0. */
static int print_line(int fd)
{
    char c;
    for (;;) {
        ssize_t got = recv(fd, &c, 1, 0); /* one byte a call: slow, and never a byte of the next line */
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            fail("recv");
        if (got == 0)
            return 0;
        putchar(c);
        if (c == '\n')
            return 1;
    }
}

int main(int argc, char **argv)
{
    static char *usual[] = {"hello", "and again", NULL};
    const char *host = argc > 1 ? argv[1] : "localhost";
    const char *port = argc > 2 ? argv[2] : "7000";
    char **line = argc > 3 ? argv + 3 : usual;
    int fd = connected(host, port);

    for (; *line != NULL; line++) {
        send_all(fd, *line, strlen(*line));
        send_all(fd, "\n", 1);
        if (!print_line(fd)) {
            fprintf(stderr, "the server has closed\n");
            return 1;
        }
    }
    if (shutdown(fd, SHUT_WR) < 0) /* nothing more will be sent; the other direction goes on */
        fail("shutdown");
    while (print_line(fd)) /* until the server has closed */
        ;
    puts("then: the end");
    close(fd);
    return 0;
}
