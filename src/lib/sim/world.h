/**
 * @file world.h
 * @brief What the files of the simulated network know of each other: the present world, its random numbers, its trace,
 *        its segments and sockets.
 *
 * Calls go one way: the port's functions and ptk_sim_step() above, then TCP and UDP, then sockets and segments, then
 * the world.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_SIM_WORLD_H
#define PTK_SIM_WORLD_H

#include "ptk_sim.h"

/** @brief Nanoseconds of a microsecond, a millisecond and a second. */
#define PTK_SIM_NS_PER_US 1000u
#define PTK_SIM_NS_PER_MS 1000000u
#define PTK_SIM_NS_PER_S 1000000000u

/* ------------------------------------------------------------------------------------------ the world */

/** @brief The memory of the present world; the default one is started if there is none. */
const ptk_sim_memory_t *ptk_sim_memory(void);

/** @brief The state of the present world. */
ptk_sim_world_t *ptk_sim_state(void);

/** @brief The default world's memory: one host, for programs that declare no world. */
const ptk_sim_memory_t *ptk_sim_default_memory(void);

/** @brief A random number below a limit, which is at least 1. */
uint64_t ptk_sim_random(uint64_t limit);

/** @brief Whether something happens that happens so often in a million. */
bool ptk_sim_chance(uint32_t per_million);

/** @brief Counts a call that can fail. Whether this one does, for a kind of the plan. */
bool ptk_sim_fails(uint32_t kind);

/** @brief The same for a fault that is no error: it does not count as a call. */
bool ptk_sim_happens(uint32_t kind);

/** @brief The time that a host's clock shows. */
uint64_t ptk_sim_host_clock(const ptk_sim_host_t *host);

/** @brief The time of the world at which a host's clock shows a time, rounded up; UINT64_MAX stays. */
uint64_t ptk_sim_world_time(const ptk_sim_host_t *host, uint64_t clock_ns);

/** @brief Adds to the trace. @param what a few words. @param host whose. @param number which. @param value how much. */
void ptk_sim_trace(const char *what, uint16_t host, uint32_t number, int64_t value);

/** @brief Adds a segment that arrives to the capture, if there is one. */
void ptk_sim_capture(const ptk_sim_segment_t *segment);

/** @brief The same of TCP's answer to a SYN-ACK, for which there is no segment. */
void ptk_sim_capture_acknowledgement(const ptk_sim_socket_t *socket);

/** @brief The first sequence number of a socket with this reference. */
uint32_t ptk_sim_first_sequence(uint32_t reference);

/* ------------------------------------------------------------------------------------------ addresses */

/** @brief Whether two addresses are the same, ports apart. */
bool ptk_sim_same_address(const ptk_address_t *a, const ptk_address_t *b);

/** @brief Whether an address is that of no interface: all zeros. */
bool ptk_sim_is_any(const ptk_address_t *address);

/** @brief Whether it is a loopback address. */
bool ptk_sim_is_loopback(const ptk_address_t *address);

/** @brief Whether it is a multicast group. */
bool ptk_sim_is_group(const ptk_address_t *address);

/** @brief Whether it is IPv4's broadcast address. */
bool ptk_sim_is_broadcast(const ptk_address_t *address);

/** @brief Whether a host has an address, loopback included. */
bool ptk_sim_has_address(const ptk_sim_host_t *host, const ptk_address_t *address);

/** @brief The host that has an address as seen from another one, or -1. */
int32_t ptk_sim_host_of(uint16_t from, const ptk_address_t *address);

/** @brief Where what is sent to an address goes: "any" stands for the sender's own host, as on Linux. */
ptk_address_t ptk_sim_destination(const ptk_address_t *local, const ptk_address_t *remote);

/** @brief The address that a host sends from to a destination; false if it has none. */
bool ptk_sim_source_for(uint16_t host, const ptk_address_t *destination, ptk_address_t *source);

/** @brief The link between two hosts, or NULL. */
ptk_sim_link_t *ptk_sim_link_between(uint16_t a, uint16_t b);

/* ------------------------------------------------------------------------------------------ segments */

/** @brief What a segment is. */
enum {
    PTK_SIM_SYN = 1,
    PTK_SIM_SYN_ACK = 2,
    PTK_SIM_DATA = 3,
    PTK_SIM_FIN = 4,
    PTK_SIM_RESET = 5,
    PTK_SIM_DATAGRAM = 6,
    PTK_SIM_ICMP = 7
};

/** @brief The segment with an index. */
ptk_sim_segment_t *ptk_sim_segment(uint32_t index);

/** @brief How many segments are free. */
uint32_t ptk_sim_free_segments(void);

/** @brief Makes a segment of bytes, which may be NULL, in as many slots as it takes; PTK_SIM_NONE if there are too few. */
uint32_t ptk_sim_make_segment(uint8_t kind, const void *bytes, size_t length);

/** @brief Copies bytes of a segment from its offset on, at most room. Returns how many. */
size_t ptk_sim_read_segment(const ptk_sim_segment_t *segment, void *bytes, size_t room);

/** @brief Gives back a segment with all of its slots. */
void ptk_sim_free_segment(uint32_t index);

/** @brief Puts a segment among those in flight, to arrive at its arrival time after all that were put there before. */
void ptk_sim_schedule(uint32_t index);

/** @brief Takes the segment that arrives first, if it has arrived; else PTK_SIM_NONE. */
uint32_t ptk_sim_next_arrival(void);

/** @brief Whether what one host sends reaches another one now, chance apart. */
bool ptk_sim_reaches(uint16_t from, uint16_t to);

/** @brief When what is sent now arrives: bandwidth and latency of the link, if it is one. */
uint64_t ptk_sim_arrival(uint16_t from, uint16_t to, uint32_t length);

/** @brief Whether what is sent from one host to another is lost by chance. */
bool ptk_sim_is_lost(uint16_t from, uint16_t to);

/* ------------------------------------------------------------------------------------------ sockets */

/** @brief What a socket does. */
enum {
    PTK_SIM_FREE = 0,
    PTK_SIM_NEW = 1,
    PTK_SIM_LISTENING = 2,
    PTK_SIM_CONNECTING = 3,
    PTK_SIM_CONNECTED = 4,
    PTK_SIM_FAILED = 5,
    PTK_SIM_BOUND = 6,
    PTK_SIM_TIME_WAIT = 7
};

/** @brief A socket's flags. */
enum {
    PTK_SIM_IS_DATAGRAM = 1,
    PTK_SIM_FIN_SENT = 2,
    PTK_SIM_FIN_ARRIVED = 4,   /**< @brief The own FIN reached the peer. */
    PTK_SIM_FIN_RECEIVED = 8,  /**< @brief The peer's FIN reached this socket. */
    PTK_SIM_IS_ORPHAN = 16,    /**< @brief Closed by its program. */
    PTK_SIM_CLOSED_FIRST = 32, /**< @brief Its FIN was sent before the peer's came. */
    PTK_SIM_IS_WAITING = 64,   /**< @brief To be accepted. */
    PTK_SIM_REUSES_ADDRESS = 128,
    PTK_SIM_REUSES_PORT = 256,
    PTK_SIM_BROADCASTS = 512,
    PTK_SIM_LOOPS_MULTICAST = 1024,
    PTK_SIM_IS_BOUND = 2048,   /**< @brief It has a port. */
    PTK_SIM_FIN_IS_DUE = 4096, /**< @brief Its FIN waits for a free segment. */
    PTK_SIM_HAS_URGENT = 8192  /**< @brief An urgent byte is in its queue. */
};

/** @brief The reference of a socket: its index and a part of its generation. */
uint32_t ptk_sim_reference(const ptk_sim_socket_t *socket);

/** @brief The socket with a reference, or NULL if it is gone. */
ptk_sim_socket_t *ptk_sim_socket(uint32_t reference);

/** @brief A new socket on a host, in a slot that is free or that waits longest to be; NULL if there is none. */
ptk_sim_socket_t *ptk_sim_make_socket(uint16_t host, uint8_t family, bool is_datagram);

/** @brief Frees a socket and what it holds. */
void ptk_sim_free_socket(ptk_sim_socket_t *socket);

/** @brief Marks the loop of a socket: the socket may be ready for something. */
void ptk_sim_changed(ptk_sim_socket_t *socket);

/** @brief Binds a socket; port 0 takes a free one. */
ptk_err_t ptk_sim_bind(ptk_sim_socket_t *socket, const ptk_address_t *local);

/** @brief Appends a segment to what a socket has to receive. */
void ptk_sim_append(ptk_sim_socket_t *socket, uint32_t index);

/** @brief Takes the first segment from what a socket has to receive, and frees it. */
void ptk_sim_drop_first(ptk_sim_socket_t *socket);

/* ------------------------------------------------------------------------------------------ TCP and UDP */

/** @brief Begins an attempt to connect. PTK_ERR_WOULD_BLOCK, or an error. */
ptk_err_t ptk_sim_tcp_connect(ptk_sim_socket_t *socket, const ptk_address_t *remote);

/** @brief The next connection of a listener, or NULL. */
ptk_sim_socket_t *ptk_sim_tcp_accept(ptk_sim_socket_t *listener);

/** @brief How many bytes a connection takes now. */
uint32_t ptk_sim_tcp_room(const ptk_sim_socket_t *socket);

/** @brief Sends what there is room for, or one byte that is urgent. The number of bytes, or an error. */
intptr_t ptk_sim_tcp_send(ptk_sim_socket_t *socket, const void *bytes, size_t length, bool is_urgent);

/** @brief An urgent byte arrives: one that arrived before and was not received is no urgent one any more. */
void ptk_sim_tcp_replace_urgent(ptk_sim_socket_t *socket);

/** @brief Receives, or peeks. The number of bytes, 0 at the end, or an error. */
intptr_t ptk_sim_tcp_receive(ptk_sim_socket_t *socket, void *bytes, size_t room, bool peeks);

/** @brief Ends the own stream. */
ptk_err_t ptk_sim_tcp_shutdown(ptk_sim_socket_t *socket);

/** @brief The program closes the socket, which may live on. */
void ptk_sim_tcp_close(ptk_sim_socket_t *socket);

/** @brief A connection ends by a reset that is sent to the peer, if one is asked for, and not to the own program. */
void ptk_sim_tcp_abort(ptk_sim_socket_t *socket, bool with_reset);

/** @brief How long what TCP has sent may stay without acknowledgement. */
#define PTK_SIM_DELIVERY_LIMIT_NS (60u * (uint64_t)PTK_SIM_NS_PER_S)

/** @brief Sends a segment of a connection after everything that it has sent before. */
void ptk_sim_tcp_transmit(ptk_sim_socket_t *socket, uint32_t index, int32_t to_host);

/** @brief Frees what a socket has in flight, resets apart: something before it was lost for good. */
void ptk_sim_tcp_drop_in_flight(uint32_t reference);

/** @brief The connection fails: its program is reported the error. */
void ptk_sim_tcp_fail(ptk_sim_socket_t *socket, ptk_err_t error);

/** @brief Whether both streams of a connection have ended. Then its end has no peer any more, and sends no reset. */
bool ptk_sim_tcp_is_over(const ptk_sim_socket_t *socket);

/** @brief A closed socket that has nothing left to do is freed, or keeps its port for a while. */
void ptk_sim_tcp_settle_orphan(ptk_sim_socket_t *socket);

/** @brief A segment of TCP arrives. */
void ptk_sim_tcp_arrive(uint32_t index);

/** @brief Attempts to connect that last too long fail; sockets that were kept are freed. */
void ptk_sim_tcp_expire(void);

/** @brief Sends a datagram. The number of bytes, or an error. */
intptr_t ptk_sim_udp_send(ptk_sim_socket_t *socket, const void *bytes, size_t length, const ptk_address_t *remote);

/** @brief Receives a datagram, or peeks. Its size, or an error. */
intptr_t ptk_sim_udp_receive(ptk_sim_socket_t *socket, void *bytes, size_t room, ptk_address_t *remote, bool peeks);

/** @brief A datagram, or an ICMP message, arrives. */
void ptk_sim_udp_arrive(uint32_t index);

/* ------------------------------------------------------------------------------------------ what happens */

/** @brief Lets everything happen that is due now. */
void ptk_sim_settle(void);

/** @brief When something arrives, expires or is planned next, or UINT64_MAX. */
uint64_t ptk_sim_next_event(void);

/** @brief Moves the clock of the world, and lets happen what is due then. */
void ptk_sim_advance(uint64_t time_ns);

#endif
