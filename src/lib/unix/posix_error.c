/** @file posix_error.c @brief From errno to the library's error codes. */
#include "system_features.h"

#include "unix/posix_error.h"

#include "core/log.h"

#include <errno.h>

/** A value of errno, which is below 256 on every supported system, and the code for it. */
typedef struct error_pair {
    uint8_t system;
    int8_t code;
} error_pair_t;

static const error_pair_t pairs[] = {
    {EAGAIN, PTK_ERR_WOULD_BLOCK},
    {EWOULDBLOCK, PTK_ERR_WOULD_BLOCK},
    {EINPROGRESS, PTK_ERR_WOULD_BLOCK},
    {EALREADY, PTK_ERR_WOULD_BLOCK},
    {EINVAL, PTK_ERR_INVALID_ARGUMENT},
    {ETIMEDOUT, PTK_ERR_TIMED_OUT},
    {ECONNREFUSED, PTK_ERR_CONNECTION_REFUSED},
    {ECONNRESET, PTK_ERR_CONNECTION_RESET},
    {ECONNABORTED, PTK_ERR_CONNECTION_RESET},
    {EPIPE, PTK_ERR_CONNECTION_RESET},
    {ENETUNREACH, PTK_ERR_NETWORK_UNREACHABLE},
    {ENETDOWN, PTK_ERR_NETWORK_UNREACHABLE},
    {EHOSTUNREACH, PTK_ERR_HOST_UNREACHABLE},
    {EHOSTDOWN, PTK_ERR_HOST_UNREACHABLE},
    {EADDRINUSE, PTK_ERR_ADDRESS_IN_USE},
    {EADDRNOTAVAIL, PTK_ERR_ADDRESS_NOT_AVAILABLE},
    {ENODEV, PTK_ERR_ADDRESS_NOT_AVAILABLE},
    {ENXIO, PTK_ERR_ADDRESS_NOT_AVAILABLE},
    {EMSGSIZE, PTK_ERR_MESSAGE_TOO_LONG},
    {ENOTCONN, PTK_ERR_NOT_CONNECTED},
    {EDESTADDRREQ, PTK_ERR_NOT_CONNECTED},
    {EISCONN, PTK_ERR_INVALID_STATE},
    {EACCES, PTK_ERR_PERMISSION_DENIED},
    {EPERM, PTK_ERR_PERMISSION_DENIED},
    {EAFNOSUPPORT, PTK_ERR_UNSUPPORTED},
    {EPROTONOSUPPORT, PTK_ERR_UNSUPPORTED},
    {ENOPROTOOPT, PTK_ERR_UNSUPPORTED},
    {EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS},
    {ENFILE, PTK_ERR_OUT_OF_DESCRIPTORS},
    {ENOMEM, PTK_ERR_OUT_OF_SYSTEM_MEMORY},
    {ENOBUFS, PTK_ERR_OUT_OF_SYSTEM_MEMORY},
    {ENOSPC, PTK_ERR_OUT_OF_SYSTEM_MEMORY}, /* epoll_ctl(2): the limit of watched descriptors */
};

ptk_err_t ptk_unix_error(int system_error) {
    if (system_error == 0) {
        return PTK_ERR_OK;
    }
    /* "Would block" is the one that comes often, and it is the first. */
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (pairs[i].system == system_error) {
            return pairs[i].code;
        }
    }
    PTK_LOG(1, "an error of the system that has no code", system_error);
    return PTK_ERR_SYSTEM;
}
