/* An echo server: what a client sends comes back to it, until it has finished sending.
 *
 *     cc -o server server.c && ./server [PORT]        port 0 takes any free one
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* send may take fewer bytes than it is given; MSG_NOSIGNAL: a client that is gone is an error, and no signal */
static int send_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, data, len, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR)
                continue;
            return -1;
        }
        data += sent;
        len -= (size_t)sent;
    }
    return 0;
}

static void serve(int fd)
{
    char buffer[4096];
    for (;;) {
        ssize_t got = recv(fd, buffer, sizeof buffer, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) /* 0: the client has finished */
            return;
        if (send_all(fd, buffer, (size_t)got) < 0)
            return;
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    int one = 1;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    if (listener < 0)
        fail("socket");
    address.sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 7000));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0)
        fail("setsockopt");
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0)
        fail("bind");
    if (listen(listener, 16) < 0)
        fail("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &len) < 0)
        fail("getsockname");
    printf("listening on port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    signal(SIGCHLD, SIG_IGN); /* children that have ended need no wait */

    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) {
            if (errno == EINTR || errno == ECONNABORTED)
                continue;
            fail("accept");
        }
        switch (fork()) { /* a process for each client */
        case 0:
            close(listener);
            serve(fd);
            exit(0);
        case -1:
            perror("fork");
        }
        close(fd); /* the child has it */
    }
}
