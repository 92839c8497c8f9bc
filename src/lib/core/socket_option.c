/**
 * @file socket_option.c
 * @brief Socket options, multicast membership and the addresses of both ends.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/socket.h"

#include "core/diagnose.h"
#include "core/registry.h"

/** @brief In a rule, above the number of bits of the largest value: 0 is no value. */
#define NOT_ZERO 0x20u
/** @brief TCP has the option. */
#define STREAM 0x40u
/** @brief UDP has the option. */
#define DATAGRAM 0x80u
/** @brief The option has no effect on a socket that is open already. */
#define BEFORE_OPENING 0x100u

/** @brief The range of each option's value and what kind of socket has it, in the order of ptk_socket_option_t. */
static const uint16_t rules[PTK_SOCKET_OPTION_COUNT] = {
    1 | STREAM,                                         /* no delay */
    15 | STREAM,                                        /* keep alive; Linux bounds the seconds so (tcp(7)) */
    1 | STREAM | DATAGRAM | BEFORE_OPENING,             /* reuse address */
    1 | STREAM | DATAGRAM | BEFORE_OPENING,             /* reuse port */
    1 | DATAGRAM,                                       /* broadcast */
    8 | NOT_ZERO | STREAM | DATAGRAM,                   /* TTL */
    8 | DATAGRAM,                                       /* multicast TTL */
    1 | DATAGRAM,                                       /* multicast loopback */
    31 | DATAGRAM,                                      /* multicast interface */
    30 | NOT_ZERO | STREAM | DATAGRAM,                  /* send buffer; Linux doubles it */
    30 | NOT_ZERO | STREAM | DATAGRAM | BEFORE_OPENING, /* receive buffer */
};

/** @brief Keeps the value of an option. */
static void keep(ptk_socket_internal_t *socket, uint32_t option, int32_t value) {
    if (option < PTK_SOCKET_NARROW_OPTIONS) {
        socket->narrow_options[option] = (uint16_t)value;
    } else {
        socket->wide_options[option - PTK_SOCKET_NARROW_OPTIONS] = value;
    }
}

/** @brief The value that was kept. */
static int32_t kept(const ptk_socket_internal_t *socket, uint32_t option) {
    return option < PTK_SOCKET_NARROW_OPTIONS ? (int32_t)socket->narrow_options[option]
                                              : socket->wide_options[option - PTK_SOCKET_NARROW_OPTIONS];
}

/** @brief Sets an option of the system's socket, if this kind of socket has it. */
static ptk_err_t apply(ptk_socket_internal_t *socket, uint32_t option, int32_t value, uint32_t refused) {
    uint32_t rule = rules[option];
    uint32_t kind = ptk_socket_state(socket) == PTK_SOCKET_DATAGRAM ? DATAGRAM : STREAM;
    if ((rule & kind) == 0) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if ((rule & refused) != 0) {
        return PTK_ERR_INVALID_STATE;
    }
    return ptk_port_socket_set_option(&socket->platform, ptk_socket_family(socket), (ptk_socket_option_t)option, value);
}

/** @brief Applies the options that were set before the socket was opened. */
static ptk_err_t apply_all(ptk_socket_internal_t *socket) {
    ptk_err_t error = PTK_ERR_OK;
    for (uint32_t option = 0; option < PTK_SOCKET_OPTION_COUNT && error == PTK_ERR_OK; option++) {
        if (((uint32_t)socket->options_set >> option & 1u) != 0) {
            error = apply(socket, option, kept(socket, option), 0);
        }
    }
    return error;
}

/** @brief The arguments of ptk_socket_set_option(). */
typedef struct option_arguments {
    ptk_socket_option_t option;
    int32_t value;
} option_arguments_t;

/** @brief Sets an option of an open socket, or keeps it until the socket is opened. */
static ptk_err_t set_option(ptk_socket_internal_t *socket, uintptr_t argument) {
    const option_arguments_t *arguments = (const option_arguments_t *)argument;
    uint32_t option = (uint32_t)arguments->option;
    int32_t value = arguments->value;
    if (option >= PTK_SOCKET_OPTION_COUNT) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    uint32_t rule = rules[option];
    if ((uint32_t)value >> (rule & 31u) != 0 || (value == 0 && (rule & NOT_ZERO) != 0)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (ptk_socket_state(socket) == PTK_SOCKET_NEW) {
        socket->options_set |= (uint16_t)(1u << option);
        socket->apply_options = apply_all;
    } else {
        ptk_err_t error = apply(socket, option, value, BEFORE_OPENING);
        if (error != PTK_ERR_OK) {
            return error;
        }
    }
    keep(socket, option, value);
    return PTK_ERR_OK;
}

ptk_err_t ptk_socket_set_option(ptk_handle_t socket, ptk_socket_option_t option, int32_t value) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    option_arguments_t arguments = {option, value};
    return ptk_socket_do(socket, (uintptr_t)&arguments, set_option);
}

/** @brief RFC 5771, 3 and RFC 4291, 2.7. */
static bool is_multicast(const ptk_address_t *address) {
    if (address->family == PTK_ADDRESS_IPV4) {
        return (address->bytes[0] & 0xF0u) == 0xE0u;
    }
    return address->family == PTK_ADDRESS_IPV6 && address->bytes[0] == 0xFFu;
}

/** @brief The arguments of ptk_socket_join_multicast() and ptk_socket_leave_multicast(). */
typedef struct group_arguments {
    const ptk_address_t *group;
    uint32_t interface_index;
    bool join;
} group_arguments_t;

/** @brief Joins or leaves a group after all that can be checked without the system. */
static ptk_err_t change_membership(ptk_socket_internal_t *socket, uintptr_t argument) {
    const group_arguments_t *arguments = (const group_arguments_t *)argument;
    const ptk_address_t *group = arguments->group;
    uint32_t interface_index = arguments->interface_index;
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
    if (ptk_socket_state(socket) != PTK_SOCKET_DATAGRAM) {
        return PTK_ERR_INVALID_STATE;
    }
    if (group->family != ptk_socket_family(socket)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    return ptk_port_socket_multicast(&socket->platform, group, interface_index, arguments->join);
}

ptk_err_t ptk_socket_join_multicast(ptk_handle_t socket, const ptk_address_t *group, uint32_t interface_index) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    group_arguments_t arguments = {group, interface_index, true};
    return ptk_socket_do(socket, (uintptr_t)&arguments, change_membership);
}

ptk_err_t ptk_socket_leave_multicast(ptk_handle_t socket, const ptk_address_t *group, uint32_t interface_index) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    group_arguments_t arguments = {group, interface_index, false};
    return ptk_socket_do(socket, (uintptr_t)&arguments, change_membership);
}

/** @brief The address of the own end. */
static ptk_err_t get_local_address(ptk_socket_internal_t *socket, uintptr_t argument) {
    return ptk_socket_state(socket) == PTK_SOCKET_NEW
               ? PTK_ERR_INVALID_STATE
               : ptk_port_socket_address(&socket->platform, false, (ptk_address_t *)argument);
}

ptk_err_t ptk_socket_get_local_address(ptk_handle_t socket, ptk_address_t *address) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_socket_do(socket, (uintptr_t)address, get_local_address);
}

/** @brief The address of the peer. */
static ptk_err_t get_remote_address(ptk_socket_internal_t *socket, uintptr_t argument) {
    return ptk_socket_state(socket) == PTK_SOCKET_NEW
               ? PTK_ERR_INVALID_STATE
               : ptk_port_socket_address(&socket->platform, true, (ptk_address_t *)argument);
}

ptk_err_t ptk_socket_get_remote_address(ptk_handle_t socket, ptk_address_t *address) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_socket_do(socket, (uintptr_t)address, get_remote_address);
}
