/*
 * For MIPS programs that qemu-user before version 8.0 runs, and part of nothing else. Linux has error numbers of its own
 * on MIPS. qemu translates those that a system call returns, but not the one that getsockopt(SO_ERROR) stores: it stays
 * the host's, so that a refused connection (146 there) comes as 111, which is no error there at all. Linked into a static
 * program this takes the place of the C library's function. The host's numbers below mean nothing on MIPS, or nothing
 * that a socket reports, so a number that was translated already passes unchanged.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
    int host; /* include/uapi/asm-generic/errno.h */
    int here;
} errors[] = {
    {90, EMSGSIZE},    {99, EADDRNOTAVAIL}, {100, ENETDOWN},     {101, ENETUNREACH}, {103, ECONNABORTED},
    {104, ECONNRESET}, {110, ETIMEDOUT},    {111, ECONNREFUSED}, {112, EHOSTDOWN},   {113, EHOSTUNREACH},
};

int getsockopt(int descriptor, int level, int option, void *restrict value, socklen_t *restrict length) {
    const long result = syscall(SYS_getsockopt, descriptor, level, option, value, length);

    if (result == 0 && level == SOL_SOCKET && option == SO_ERROR) {
        int *error = value;

        for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
            if (*error == errors[i].host) {
                *error = errors[i].here;
                break;
            }
        }
    }
    return (int)result;
}
