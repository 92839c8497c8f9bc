/* SPDX-License-Identifier: MIT */
/*
 * For static programs that qemu-user 7.2 runs, and part of nothing else: what it does wrong with socket options. Linked
 * into such a program, these functions take the place of the C library's. Each makes the program's call as it stands
 * where qemu passes that on, so each does nothing where the defect is not.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <netinet/in.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Linux has error numbers of its own on MIPS. The host's mean nothing there, or nothing that a socket reports, so a
 * number that was translated already passes unchanged; elsewhere the two columns are the same. */
static const struct {
    int host; /* include/uapi/asm-generic/errno.h */
    int here;
} errors[] = {
    {90, EMSGSIZE},    {99, EADDRNOTAVAIL}, {100, ENETDOWN},     {101, ENETUNREACH}, {103, ECONNABORTED},
    {104, ECONNRESET}, {110, ETIMEDOUT},    {111, ECONNREFUSED}, {112, EHOSTDOWN},   {113, EHOSTUNREACH},
};

static int error_here(int error) {
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        if (error == errors[i].host) {
            return errors[i].here;
        }
    }
    return error;
}

#if defined(__mips__)
/* qemu translates the error numbers that a system call returns, but not, before version 8.0, the one that
 * getsockopt(SO_ERROR) stores: a refused connection (146 there) comes as 111, which is no error there at all. */
int getsockopt(int descriptor, int level, int option, void *restrict value, socklen_t *restrict length) {
    const long result = syscall(SYS_getsockopt, descriptor, level, option, value, length);

    if (result == 0 && level == SOL_SOCKET && option == SO_ERROR) {
        *(int *)value = error_here(*(int *)value);
    }
    return (int)result;
}
#endif

/*
 * qemu takes the index in struct ip_mreqn for a long: where that has 64 bits it wants 16 bytes of the structure, and if
 * it gets the 12 that it has, gives the kernel an index that it never set (ENODEV, mostly). Linux takes any length from
 * 12 on. With the index extended to a long both see the same request.
 */
#if UINTPTR_MAX > UINT32_MAX
static int set_membership(int descriptor, int option, const struct ip_mreqn *request) {
    struct {
        struct in_addr group;
        struct in_addr address;
        long index;
    } extended = {request->imr_multiaddr, request->imr_address, request->imr_ifindex};

    return (int)syscall(SYS_setsockopt, descriptor, IPPROTO_IP, option, &extended, sizeof(extended));
}
#endif

/*
 * qemu does not know IP_MULTICAST_IF and IPV6_MULTICAST_IF: it refuses them with ENOPROTOOPT without asking the
 * kernel, and passes on nothing that means the same. So a program of the host, not emulated, sets the option: of the
 * very socket, which it inherits, so that the kernel judges the request and keeps it. It gets the bytes before the
 * index, which are the same on every processor, and the index as a number, and ends with the kernel's error number.
 */
static int set_interface_by_host(int descriptor, int level, int option, const uint8_t *front, size_t front_size,
                                 int index) {
    char level_text[16], option_text[16], front_text[2 * sizeof(struct ip_mreqn) + 1] = "", index_text[16];
    char *const arguments[] = {
        (char *)"perl",
        (char *)"-e",
        (char *)"exit(setsockopt(STDIN, $ARGV[0], $ARGV[1], pack('H*i', $ARGV[2], $ARGV[3])) ? 0 : $! + 0)",
        level_text,
        option_text,
        front_text,
        index_text,
        NULL,
    };
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status;

    (void)snprintf(level_text, sizeof(level_text), "%d", level);
    (void)snprintf(option_text, sizeof(option_text), "%d", option);
    (void)snprintf(index_text, sizeof(index_text), "%d", index);
    for (size_t i = 0; i < front_size; i++) {
        (void)snprintf(&front_text[2 * i], 3, "%02x", (unsigned)front[i]);
    }
    errno = posix_spawn_file_actions_init(&actions);
    if (errno != 0) {
        return -1;
    }
    errno = posix_spawn_file_actions_adddup2(&actions, descriptor, STDIN_FILENO);
    if (errno == 0) {
        errno = posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    if (errno != 0) {
        perror("no perl, which makes up for what qemu does not know");
        return -1;
    }
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return -1;
        }
    }
    errno = WIFEXITED(status) ? error_here(WEXITSTATUS(status)) : ENOSYS;
    return errno == 0 ? 0 : -1;
}

int setsockopt(int descriptor, int level, int option, const void *value, socklen_t length) {
    const int errno_before = errno;
    struct ip_mreqn request;
    int index;
    int result;

#if UINTPTR_MAX > UINT32_MAX
    if (level == IPPROTO_IP && (option == IP_ADD_MEMBERSHIP || option == IP_DROP_MEMBERSHIP) &&
        length == sizeof(request)) {
        memcpy(&request, value, sizeof(request));
        return set_membership(descriptor, option, &request);
    }
#endif
    result = (int)syscall(SYS_setsockopt, descriptor, level, option, value, length);
    if (result == 0 || errno != ENOPROTOOPT) {
        return result;
    }
    if (level == IPPROTO_IP && option == IP_MULTICAST_IF && length == sizeof(request)) {
        memcpy(&request, value, sizeof(request));
        result = set_interface_by_host(descriptor, level, option, value, offsetof(struct ip_mreqn, imr_ifindex),
                                       request.imr_ifindex);
    } else if (level == IPPROTO_IPV6 && option == IPV6_MULTICAST_IF && length == sizeof(index)) {
        memcpy(&index, value, sizeof(index));
        result = set_interface_by_host(descriptor, level, option, value, 0, index);
    }
    if (result == 0) {
        errno = errno_before;
    }
    return result;
}
