/**
 * @file bsd_address.c
 * @brief Between ptk_address_t and the system's socket addresses.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/bsd_address.h"

#include <string.h>

socklen_t ptk_bsd_to_system(const ptk_address_t *address, ptk_socket_address_t *system) {
    memset(system, 0, sizeof *system);
    system->ipv4.sin_port = htons(address->port); /* which has the same place in both */
    if (address->family == PTK_ADDRESS_IPV4) {
#if defined(SIN6_LEN) /* RFC 3493, 3.3. Where there is a length the kernel may look at it, as for struct group_req. */
        system->ipv4.sin_len = sizeof system->ipv4;
#endif
        system->ipv4.sin_family = AF_INET;
        memcpy(&system->ipv4.sin_addr, address->bytes, 4);
        return (socklen_t)sizeof system->ipv4;
    }
#if PTK_HAS_IPV6
#if defined(SIN6_LEN)
    system->ipv6.sin6_len = sizeof system->ipv6;
#endif
    system->ipv6.sin6_family = AF_INET6;
    system->ipv6.sin6_scope_id = PTK_SCOPE_ID(address->scope_id);
    memcpy(&system->ipv6.sin6_addr, address->bytes, 16);
    return (socklen_t)sizeof system->ipv6;
#else
    return 0; /* no socket has that family, and core has compared them */
#endif
}

void ptk_bsd_from_system(const ptk_socket_address_t *system, ptk_address_t *address) {
    memset(address, 0, sizeof *address);
    if (system->any.sa_family == AF_INET) {
        address->family = PTK_ADDRESS_IPV4;
        memcpy(address->bytes, &system->ipv4.sin_addr, 4);
#if PTK_HAS_IPV6
    } else if (system->any.sa_family == AF_INET6) {
        address->family = PTK_ADDRESS_IPV6;
        address->scope_id = PTK_TELLS_IPV6_SCOPE ? system->ipv6.sin6_scope_id : 0;
        memcpy(address->bytes, &system->ipv6.sin6_addr, 16);
#endif
    } else {
        return;
    }
    address->port = ntohs(system->ipv4.sin_port); /* which has the same place in both */
}
