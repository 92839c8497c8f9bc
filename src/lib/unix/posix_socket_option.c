/**
 * @file posix_socket_option.c
 * @brief Socket options whose form differs between systems, as POSIX systems, NuttX and Zephyr have them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/bsd_option.h"

#include <string.h>
#if !PTK_HAS_IP_MREQN
#include <net/if.h>
#include <sys/ioctl.h>
#endif
#if PTK_KEEP_ALIVE_TAKES_TIMEVAL
#include <sys/time.h>
#endif

#if defined(TCP_KEEPIDLE)
/** @brief The option that sets the seconds without traffic before the first probe. */
#define KEEP_ALIVE_IDLE TCP_KEEPIDLE
#elif defined(TCP_KEEPALIVE)
#define KEEP_ALIVE_IDLE TCP_KEEPALIVE /* macOS */
#endif

/** @brief Sets an option that takes an int. */
static ptk_err_t set_int(const ptk_platform_socket_t *socket, int level, int option, int value) {
    return ptk_bsd_set(socket, level, option, &value, sizeof value);
}

ptk_err_t ptk_bsd_set_keep_alive(const ptk_platform_socket_t *socket, int32_t idle_s) {
#if defined(KEEP_ALIVE_IDLE)
#if PTK_KEEP_ALIVE_TAKES_TIMEVAL
    struct timeval idle = {idle_s, 0};
#else
    int idle = idle_s;
#endif
    ptk_err_t error = idle_s == 0 ? PTK_ERR_OK : ptk_bsd_set(socket, IPPROTO_TCP, KEEP_ALIVE_IDLE, &idle, sizeof idle);
    return error == PTK_ERR_OK ? set_int(socket, SOL_SOCKET, SO_KEEPALIVE, idle_s != 0) : error;
#else
    /* OpenBSD, and Zephyr 3.4: the idle time is the system's. */
    return set_int(socket, SOL_SOCKET, SO_KEEPALIVE, idle_s != 0);
#endif
}

ptk_err_t ptk_bsd_set_reuse_address(ptk_platform_socket_t *socket, int32_t value) {
    return set_int(socket, SOL_SOCKET, SO_REUSEADDR, value);
}

#if PTK_HAS_IP_MREQN
ptk_err_t ptk_bsd_set_ipv4_multicast(const ptk_platform_socket_t *socket, int option, struct in_addr group,
                                     uint32_t interface_index) {
    struct ip_mreqn request;
    memset(&request, 0, sizeof request);
    request.imr_multiaddr = group;
    request.imr_ifindex = (int)interface_index;
    return ptk_bsd_set(socket, IPPROTO_IP, option, &request, sizeof request);
}
#else
/** @brief The address by which such options know the interface. */
static ptk_err_t interface_address(int descriptor, uint32_t interface_index, struct in_addr *address) {
    address->s_addr = htonl(INADDR_ANY);
    if (interface_index == 0) {
        return PTK_ERR_OK;
    }
#if PTK_HAS_INDEX_ADDRESS
    (void)descriptor;
    address->s_addr = htonl(interface_index);
    return interface_index <= IN_CLASSA_HOST ? PTK_ERR_OK : PTK_ERR_ADDRESS_NOT_AVAILABLE;
#else
    struct ifreq request;
    memset(&request, 0, sizeof request);
    if (if_indextoname(interface_index, request.ifr_name) == NULL || ioctl(descriptor, SIOCGIFADDR, &request) != 0) {
        return ptk_last_error();
    }
    struct sockaddr_in found;
    memcpy(&found, &request.ifr_addr, sizeof found);
    *address = found.sin_addr;
    return PTK_ERR_OK;
#endif
}

ptk_err_t ptk_bsd_set_ipv4_multicast(const ptk_platform_socket_t *socket, int option, struct in_addr group,
                                     uint32_t interface_index) {
    struct ip_mreq request;
    memset(&request, 0, sizeof request);
    request.imr_multiaddr = group;
    ptk_err_t error = interface_address(socket->descriptor, interface_index, &request.imr_interface);
    if (error != PTK_ERR_OK) {
        return error;
    }
    if (option == IP_MULTICAST_IF) {
        return ptk_bsd_set(socket, IPPROTO_IP, option, &request.imr_interface, sizeof request.imr_interface);
    }
    return ptk_bsd_set(socket, IPPROTO_IP, option, &request, sizeof request);
}
#endif
