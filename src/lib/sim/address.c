/**
 * @file address.c
 * @brief Whose an address is, and which one a host sends from.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"

#include <string.h>

/** @brief How many bytes an address of a family has. */
static size_t size_of(const ptk_address_t *address) {
    return address->family == PTK_ADDRESS_IPV4 ? 4 : 16;
}

bool ptk_sim_same_address(const ptk_address_t *a, const ptk_address_t *b) {
    return a->family == b->family && memcmp(a->bytes, b->bytes, size_of(a)) == 0;
}

bool ptk_sim_is_any(const ptk_address_t *address) {
    static const uint8_t zeros[16];
    return memcmp(address->bytes, zeros, size_of(address)) == 0;
}

bool ptk_sim_is_loopback(const ptk_address_t *address) {
    static const uint8_t ipv6[16] = {[15] = 1};
    return address->family == PTK_ADDRESS_IPV4 ? address->bytes[0] == 127
                                               : memcmp(address->bytes, ipv6, sizeof ipv6) == 0;
}

bool ptk_sim_is_group(const ptk_address_t *address) {
    return address->family == PTK_ADDRESS_IPV4 ? (address->bytes[0] & 0xF0u) == 0xE0u : address->bytes[0] == 0xFFu;
}

bool ptk_sim_is_broadcast(const ptk_address_t *address) {
    static const uint8_t ones[4] = {255, 255, 255, 255};
    return address->family == PTK_ADDRESS_IPV4 && memcmp(address->bytes, ones, sizeof ones) == 0;
}

bool ptk_sim_has_address(const ptk_sim_host_t *host, const ptk_address_t *address) {
    if (ptk_sim_is_loopback(address)) {
        return true;
    }
    for (uint32_t i = 0; i < host->address_count; i++) {
        if (ptk_sim_same_address(&host->addresses[i], address)) {
            return true;
        }
    }
    return false;
}

int32_t ptk_sim_host_of(uint16_t from, const ptk_address_t *address) {
    if (ptk_sim_has_address(&ptk_sim_memory()->hosts[from], address)) {
        return from;
    }
    for (uint32_t i = 0; i < ptk_sim_state()->host_count; i++) {
        if (ptk_sim_has_address(&ptk_sim_memory()->hosts[i], address)) {
            return (int32_t)i;
        }
    }
    return -1;
}

/** @brief The loopback address of a family, with a port. */
static ptk_address_t loopback(uint8_t family, uint16_t port) {
    ptk_address_t address = ptk_address_any(family, port);
    if (family == PTK_ADDRESS_IPV4) {
        address.bytes[0] = 127;
        address.bytes[3] = 1;
    } else {
        address.bytes[15] = 1;
    }
    return address;
}

ptk_address_t ptk_sim_destination(const ptk_address_t *local, const ptk_address_t *remote) {
    if (!ptk_sim_is_any(remote)) {
        return *remote;
    }
    ptk_address_t address = loopback(remote->family, remote->port);
    if (remote->family == PTK_ADDRESS_IPV4 && !ptk_sim_is_any(local)) {
        address = *local;
        address.port = remote->port;
    }
    return address;
}

bool ptk_sim_source_for(uint16_t host, const ptk_address_t *destination, ptk_address_t *source) {
    const ptk_sim_host_t *own = &ptk_sim_memory()->hosts[host];
    uint16_t port = source->port;
    if (ptk_sim_is_loopback(destination)) {
        *source = loopback(destination->family, port); /* 127.0.0.1, also to one of the others */
        return true;
    }
    if (ptk_sim_has_address(own, destination)) {
        *source = *destination; /* to itself: the address that it is reached by */
        source->port = port;
        return true;
    }
    for (uint32_t i = 0; i < own->address_count; i++) {
        if (own->addresses[i].family == destination->family) {
            *source = own->addresses[i];
            source->port = port;
            return true;
        }
    }
    return false;
}
