/* SPDX-License-Identifier: MIT */
/** @file epoll.c @brief The smallest echo server with epoll alone. Its argument is the port. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[512];

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argc > 1 ? argv[1] : "7"))};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int poller = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data = {.fd = listener}};
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 16) != 0 ||
        epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) != 0) {
        return 1;
    }
    while (epoll_wait(poller, &event, 1, -1) >= 0) {
        int descriptor = event.data.fd;
        if (descriptor == listener) {
            event.data.fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
            (void)epoll_ctl(poller, EPOLL_CTL_ADD, event.data.fd, &event);
            continue;
        }
        ssize_t received = recv(descriptor, buffer, sizeof buffer, 0);
        if (received <= 0 || send(descriptor, buffer, (size_t)received, MSG_NOSIGNAL) != received) {
            (void)close(descriptor);
        }
    }
    return 1;
}
