/** @file posix_error.c @brief From errno to the library's error codes. */
#include "unix/features.h"

#include "unix/posix_error.h"

#include "core/log.h"

#include <errno.h>

ptk_err_t ptk_unix_error(int system_error) {
    if (system_error == EAGAIN || system_error == EWOULDBLOCK) { /* POSIX lets them be the same */
        return PTK_ERR_WOULD_BLOCK;
    }
    switch (system_error) {
    case 0:
        return PTK_ERR_OK;
    case EINPROGRESS:
    case EALREADY:
        return PTK_ERR_WOULD_BLOCK;
    case EINVAL:
        return PTK_ERR_INVALID_ARGUMENT;
    case ETIMEDOUT:
        return PTK_ERR_TIMED_OUT;
    case ECONNREFUSED:
        return PTK_ERR_CONNECTION_REFUSED;
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE:
        return PTK_ERR_CONNECTION_RESET;
    case ENETUNREACH:
    case ENETDOWN:
        return PTK_ERR_NETWORK_UNREACHABLE;
    case EHOSTUNREACH:
    case EHOSTDOWN:
        return PTK_ERR_HOST_UNREACHABLE;
    case EADDRINUSE:
        return PTK_ERR_ADDRESS_IN_USE;
    case EADDRNOTAVAIL:
    case ENODEV:
    case ENXIO:
        return PTK_ERR_ADDRESS_NOT_AVAILABLE;
    case EMSGSIZE:
        return PTK_ERR_MESSAGE_TOO_LONG;
    case ENOTCONN:
    case EDESTADDRREQ:
        return PTK_ERR_NOT_CONNECTED;
    case EISCONN:
        return PTK_ERR_INVALID_STATE;
    case EACCES:
    case EPERM:
        return PTK_ERR_PERMISSION_DENIED;
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT:
    case ENOPROTOOPT:
        return PTK_ERR_UNSUPPORTED;
    case EMFILE:
    case ENFILE:
        return PTK_ERR_OUT_OF_DESCRIPTORS;
    case ENOMEM:
    case ENOBUFS:
    case ENOSPC: /* epoll_ctl(2): the limit of watched descriptors */
        return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    default:
        PTK_LOG(1, "an error of the system that has no code", system_error);
        return PTK_ERR_SYSTEM;
    }
}
