/* What the Linux tests share: see linux_support.h. SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "linux_support.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static struct rlimit limit_before;

uint32_t descriptors_open(void) {
    DIR *directory = opendir("/proc/self/fd");
    uint32_t count = 0;

    if (directory == NULL) {
        return 0;
    }
    while (readdir(directory) != NULL) {
        count++;
    }
    (void)closedir(directory);
    return count - 3; /* ".", ".." and the directory itself */
}

bool descriptors_exhaust(void) {
    struct rlimit limit;
    const int lowest_free = dup(0);

    if (lowest_free < 0 || close(lowest_free) != 0 || getrlimit(RLIMIT_NOFILE, &limit_before) != 0) {
        return false;
    }
    limit = limit_before;
    limit.rlim_cur = (rlim_t)lowest_free;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

bool descriptors_restore(void) {
    return setrlimit(RLIMIT_NOFILE, &limit_before) == 0;
}

int raw_connect(uint16_t port) {
    struct sockaddr_in address;
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (descriptor >= 0 && connect(descriptor, (const struct sockaddr *)(const void *)&address, sizeof(address)) != 0) {
        (void)close(descriptor);
        return -1;
    }
    return descriptor;
}

bool raw_reset(int descriptor) {
    const struct linger abort_at_once = {1, 0};
    const int result = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abort_at_once, sizeof(abort_at_once));

    return close(descriptor) == 0 && result == 0;
}
