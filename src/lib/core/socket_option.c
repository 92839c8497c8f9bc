/**
 * @file socket_option.c
 * @brief Socket options, multicast membership and the addresses of both ends.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/socket.h"

#include "core/diagnose.h"
#include "core/registry.h"

/** @brief The range of an option's value and what kind of socket has it. */
typedef struct option_rule {
    int32_t min;
    int32_t max;
    bool stream;
    bool datagram;
    bool before_opening; /**< @brief it has no effect on a socket that is open already */
} option_rule_t;

/** @brief The rules, in the order of ptk_socket_option_t. */
static const option_rule_t rules[PTK_SOCKET_OPTION_COUNT] = {
    {0, 1, true, false, false},            /* no delay */
    {0, 32767, true, false, false},        /* keep alive; Linux bounds the seconds so (tcp(7)) */
    {0, 1, true, true, true},              /* reuse address */
    {0, 1, true, true, true},              /* reuse port */
    {0, 1, false, true, false},            /* broadcast */
    {1, 255, true, true, false},           /* TTL */
    {0, 255, false, true, false},          /* multicast TTL */
    {0, 1, false, true, false},            /* multicast loopback */
    {0, INT32_MAX, false, true, false},    /* multicast interface */
    {1, INT32_MAX / 2, true, true, false}, /* send buffer; Linux doubles it */
    {1, INT32_MAX / 2, true, true, true},  /* receive buffer */
};

/** @brief Whether this kind of socket has the option. */
static bool applies(const option_rule_t *rule, const ptk_socket_internal_t *socket) {
    return ptk_socket_state(socket) == PTK_SOCKET_DATAGRAM ? rule->datagram : rule->stream;
}

/** @brief Sets an option of an open socket, or keeps it until the socket is opened. */
static ptk_err_t set_option(ptk_handle_t socket, ptk_socket_option_t option, int32_t value) {
    ptk_socket_internal_t *slot = ptk_socket_find(socket);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if ((uint32_t)option >= PTK_SOCKET_OPTION_COUNT) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    const option_rule_t *rule = &rules[option];
    if (value < rule->min || value > rule->max) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (ptk_socket_state(slot) == PTK_SOCKET_NEW) {
        slot->options_set |= (uint16_t)(1u << option);
        slot->options[option] = value;
        return PTK_ERR_OK;
    }
    if (!applies(rule, slot)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (rule->before_opening) {
        return PTK_ERR_INVALID_STATE;
    }
    ptk_err_t error = ptk_port_socket_set_option(&slot->platform, ptk_socket_family(slot), option, value);
    slot->options[option] = error == PTK_ERR_OK ? value : slot->options[option];
    return error;
}

ptk_err_t ptk_socket_set_option(ptk_handle_t socket, ptk_socket_option_t option, int32_t value) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_result(socket, set_option(socket, option, value));
}

ptk_err_t ptk_socket_apply_options(ptk_socket_internal_t *socket) {
    for (uint32_t option = 0; option < PTK_SOCKET_OPTION_COUNT; option++) {
        if ((socket->options_set & (1u << option)) == 0) {
            continue;
        }
        if (!applies(&rules[option], socket)) {
            return PTK_ERR_INVALID_ARGUMENT;
        }
        ptk_err_t error = ptk_port_socket_set_option(&socket->platform, ptk_socket_family(socket),
                                                     (ptk_socket_option_t)option, socket->options[option]);
        if (error != PTK_ERR_OK) {
            return error;
        }
    }
    return PTK_ERR_OK;
}

/** @brief RFC 5771, 3 and RFC 4291, 2.7. */
static bool is_multicast(const ptk_address_t *address) {
    if (address->family == PTK_ADDRESS_IPV4) {
        return (address->bytes[0] & 0xF0u) == 0xE0u;
    }
    return address->family == PTK_ADDRESS_IPV6 && address->bytes[0] == 0xFFu;
}

bool ptk_socket_scope_fits(const ptk_socket_internal_t *socket, const ptk_address_t *remote) {
    int32_t chosen = socket->options[PTK_SOCKET_OPTION_MULTICAST_INTERFACE];
    if (remote->family != PTK_ADDRESS_IPV6 || !is_multicast(remote) || remote->scope_id == 0) {
        return true;
    }
    /* Systems look at the scope of link-local groups, and of what is narrower: RFC 4291, 2.7. */
    bool is_wide = (remote->bytes[1] & 0x0Fu) > 2;
    return remote->scope_id == (uint32_t)chosen || (chosen == 0 && !is_wide);
}

/** @brief Joins or leaves a group after all that can be checked without the system. */
static ptk_err_t change_membership(ptk_handle_t socket, const ptk_address_t *group, uint32_t interface_index,
                                   bool join) {
    ptk_socket_internal_t *slot = ptk_socket_find(socket);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (group == NULL || !is_multicast(group)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    uint32_t scope_id = group->family == PTK_ADDRESS_IPV6 ? group->scope_id : 0;
    if (interface_index == 0) {
        interface_index = scope_id; /* it names an interface, too: RFC 4007, 11 */
    }
    if ((scope_id != 0 && scope_id != interface_index) || interface_index > INT32_MAX) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (ptk_socket_state(slot) != PTK_SOCKET_DATAGRAM) {
        return PTK_ERR_INVALID_STATE;
    }
    if (group->family != ptk_socket_family(slot)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    return ptk_port_socket_multicast(&slot->platform, group, interface_index, join);
}

ptk_err_t ptk_socket_join_multicast(ptk_handle_t socket, const ptk_address_t *group, uint32_t interface_index) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_result(socket, change_membership(socket, group, interface_index, true));
}

ptk_err_t ptk_socket_leave_multicast(ptk_handle_t socket, const ptk_address_t *group, uint32_t interface_index) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_result(socket, change_membership(socket, group, interface_index, false));
}

/** @brief The address of one end. */
static ptk_err_t get_address(ptk_handle_t socket, bool remote, ptk_address_t *address) {
    ptk_socket_internal_t *slot = ptk_socket_find(socket);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (address == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (ptk_socket_state(slot) == PTK_SOCKET_NEW) {
        return PTK_ERR_INVALID_STATE;
    }
    return ptk_port_socket_address(&slot->platform, remote, address);
}

ptk_err_t ptk_socket_get_local_address(ptk_handle_t socket, ptk_address_t *address) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_result(socket, get_address(socket, false, address));
}

ptk_err_t ptk_socket_get_remote_address(ptk_handle_t socket, ptk_address_t *address) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_result(socket, get_address(socket, true, address));
}
