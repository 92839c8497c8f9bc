/**
 * @file ptk_sim.h
 * @brief The simulated world: hosts, links and faults around programs that use protocol_toolkit.h.
 *
 * One process holds the world: hosts with addresses, links between them, a clock that jumps to what happens next.
 * Programs run unchanged; each loop belongs to the host that was entered when the loop was created. A seed decides
 * everything that is left to chance, so the same seed gives the same run.
 * @code
 * PTK_SIM_DECLARE_WORLD(memory, 2, 1, 2, 16, 64);
 *
 * ptk_sim_start(&memory, 42);
 * int32_t server = ptk_sim_add_host(&server_address);
 * int32_t client = ptk_sim_add_host(&client_address);
 * ptk_sim_add_link(server, client, &properties);
 * ptk_sim_enter(server);
 * ptk_handle_t loop = ptk_event_loop_create(loops, 2, &resources);
 * ptk_sim_add_loop(loop);
 * ...
 * ptk_sim_run_until(3600000);
 * @endcode
 * Without a world of its own a program gets one with a single host, whose addresses are those of loopback.
 *
 * There is one thread, and one world at a time. A function that returns ptk_err_t or a number refuses bad input with
 * PTK_ERR_INVALID_ARGUMENT and changes nothing. Handlers may call everything that does not say otherwise.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_SIM_H
#define PTK_SIM_H

#include <protocol_toolkit.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------ limits */

/** @brief Bytes in one segment; a longer datagram takes several. */
#define PTK_SIM_SEGMENT_BYTES 512
/** @brief Addresses of a host, those of loopback not counted. */
#define PTK_SIM_HOST_ADDRESSES 4
/** @brief Multicast groups that one socket can join. */
#define PTK_SIM_SOCKET_GROUPS 8
/** @brief Size of a line of the trace, its final zero included. */
#define PTK_SIM_LINE_SIZE 160
/** @brief No segment, no socket. */
#define PTK_SIM_NONE 0xFFFFFFFFu

/* ------------------------------------------------------------------------------------------ faults */

/** @brief The kinds of faults that a plan can hold. */
enum {
    PTK_SIM_FAULT_LOOP = 0,          /**< @brief Creating a loop: out of descriptors. */
    PTK_SIM_FAULT_OPEN = 1,          /**< @brief Opening a socket: out of descriptors, or of memory. */
    PTK_SIM_FAULT_BIND = 2,          /**< @brief Binding: the address is in use. */
    PTK_SIM_FAULT_CONNECT = 3,       /**< @brief Connecting: the network is unreachable. */
    PTK_SIM_FAULT_ACCEPT = 4,        /**< @brief Accepting: out of descriptors, or of memory. */
    PTK_SIM_FAULT_SEND = 5,          /**< @brief Sending: out of memory. */
    PTK_SIM_FAULT_SEND_SHORT = 6,    /**< @brief Sending: fewer bytes than there is room for, or none. */
    PTK_SIM_FAULT_RECEIVE = 7,       /**< @brief Receiving: out of memory. */
    PTK_SIM_FAULT_RECEIVE_SHORT = 8, /**< @brief Receiving: fewer bytes than there are, or none. */
    PTK_SIM_FAULT_OPTION = 9,        /**< @brief An option, a group, an address, a shutdown: out of memory. */
    PTK_SIM_FAULT_WATCH = 10,        /**< @brief Watching a socket: out of memory. */
    PTK_SIM_FAULT_WAIT = 11,         /**< @brief A wait ends early. */
    PTK_SIM_FAULT_REPORT = 12,       /**< @brief A readiness is reported that does not exist. */
    PTK_SIM_FAULT_POLL = 13,         /**< @brief A wait fails: out of memory. */
    PTK_SIM_FAULT_PEEK = 14,         /**< @brief A look for the end of a stream: out of memory. */
    PTK_SIM_FAULT_LATE = 15,         /**< @brief A readiness is reported by a later wait: events in another order. */
    PTK_SIM_FAULT_COUNT = 16         /**< @brief How many kinds there are. */
};

/* ------------------------------------------------------------------------------------------ the parts of a world */

/** @brief How a link treats what is sent. Zeroed: at once, without a limit, nothing is lost. */
typedef struct ptk_sim_link_properties {
    uint64_t latency_min_us;        /**< @brief Shortest time on the way, in us. */
    uint64_t latency_max_us;        /**< @brief Longest time on the way, in us, at least the shortest. */
    uint64_t bytes_per_second;      /**< @brief Bandwidth of each direction; 0: without a limit. */
    uint32_t loss_per_million;      /**< @brief Probability that a segment or datagram is lost, 0 to 1000000. */
    uint32_t duplicate_per_million; /**< @brief Probability that a datagram arrives twice, 0 to 1000000. */
    uint32_t mtu;                   /**< @brief Largest datagram in bytes of UDP payload; 0: without a limit. */
} ptk_sim_link_properties_t;

/** @brief A link between two hosts. */
typedef struct ptk_sim_link {
    ptk_sim_link_properties_t properties; /**< @brief How it treats what is sent. */
    uint16_t hosts[2];                    /**< @brief Its two ends. */
    bool is_cut[2];                       /**< @brief From the first host, from the second: nothing passes. */
    uint64_t free_ns[2];                  /**< @brief When the last byte of each direction will have been sent. */
} ptk_sim_link_t;

/** @brief A host: its addresses, its clock, its state. */
typedef struct ptk_sim_host {
    ptk_address_t addresses[PTK_SIM_HOST_ADDRESSES]; /**< @brief Its addresses, without ports. */
    uint32_t address_count;                          /**< @brief How many. */
    int32_t drift_ppm;                               /**< @brief Its clock gains so many millionths. */
    uint64_t clock_ns;                               /**< @brief What its clock showed at since_ns. */
    uint64_t since_ns;                               /**< @brief When the drift was set; time of the world. */
    uint64_t frozen_until_ns;                        /**< @brief Its loops do not run before; 0: they run. */
    uint16_t next_port;                              /**< @brief Where the search for a free port begins. */
    bool is_up;                                      /**< @brief It runs. */
    bool has_network;                                /**< @brief Its links work; loopback always does. */
} ptk_sim_host_t;

/** @brief What is on its way, or waits to be received. */
typedef struct ptk_sim_segment {
    uint64_t arrival_ns;                  /**< @brief When it arrives; time of the world. */
    uint64_t order;                       /**< @brief Among those of one time: in which order they were sent. */
    uint64_t sent_ns;                     /**< @brief When it was lost first. */
    ptk_address_t source;                 /**< @brief Whose it is. */
    ptk_address_t destination;            /**< @brief Where it goes. */
    uint32_t next;                        /**< @brief The next one of its list. */
    uint32_t rest;                        /**< @brief Where its bytes go on. */
    uint32_t from;                        /**< @brief The sending socket's reference. */
    uint32_t to;                          /**< @brief The receiving socket's reference, or none. */
    uint32_t length;                      /**< @brief All of its bytes, those that go on elsewhere included. */
    uint32_t offset;                      /**< @brief How many of them were received. */
    uint32_t sequence;                    /**< @brief TCP's sequence number; ICMP: bytes of the datagram it is about. */
    uint32_t acknowledgement;             /**< @brief TCP's acknowledgement number; ICMP: the MTU. */
    int32_t pending_error;                /**< @brief What an ICMP message reports. */
    uint16_t from_host;                   /**< @brief The sending host. */
    uint16_t to_host;                     /**< @brief The receiving host. */
    uint8_t kind;                         /**< @brief What it is. */
    uint8_t tries;                        /**< @brief How often it was lost. */
    bool is_urgent;                       /**< @brief TCP: its one byte is urgent. */
    uint8_t bytes[PTK_SIM_SEGMENT_BYTES]; /**< @brief The bytes. */
} ptk_sim_segment_t;

/** @brief A multicast group that a socket has joined. */
typedef struct ptk_sim_group {
    ptk_address_t address;    /**< @brief The group, without a port. */
    uint32_t interface_index; /**< @brief On which interface. */
} ptk_sim_group_t;

/** @brief The socket of a simulated host. */
typedef struct ptk_sim_socket {
    ptk_platform_loop_t *loop; /**< @brief The loop that watches it, or NULL. */
    ptk_address_t local;       /**< @brief Its own address. */
    ptk_address_t remote;      /**< @brief Its peer's; family 0: it has none. */
    uint64_t last_arrival_ns;  /**< @brief When the last of what it sent arrives. */
    uint64_t bound;            /**< @brief When it got its port, or peer, counted: of two alike the later receives. */
    uint64_t expires_ns;       /**< @brief When the attempt to connect fails, or the slot is free again. */
    uint32_t generation;       /**< @brief Which use of the slot this is. */
    uint32_t peer;             /**< @brief TCP: the peer's reference. */
    uint32_t parent;           /**< @brief TCP, not accepted yet: the listener. */
    uint32_t next_waiting;     /**< @brief The next one that waits to be accepted. */
    uint32_t first_waiting;    /**< @brief Listener: the first one that waits. */
    uint32_t waiting;          /**< @brief Listener: how many wait. */
    uint32_t backlog;          /**< @brief Listener: how many may wait. */
    uint32_t queue_first;      /**< @brief The first segment to receive. */
    uint32_t queue_last;       /**< @brief The last one. */
    uint32_t queued;           /**< @brief Bytes to receive. */
    uint32_t unread;           /**< @brief TCP: bytes sent that the peer has not received yet. */
    uint32_t sent;             /**< @brief TCP: bytes sent so far, and 1 for the FIN, for the capture. */
    uint32_t arrived;          /**< @brief TCP: bytes that have arrived so far, and 1 for the FIN, for the capture. */
    uint32_t send_buffer;      /**< @brief Size of the send buffer. */
    uint32_t receive_buffer;   /**< @brief Size of the receive buffer. */
    uint32_t multicast_interface;                  /**< @brief Where multicast is sent. */
    int32_t pending_error;                         /**< @brief The error that waits. */
    uint32_t bits;                                 /**< @brief What it is, and what has ended. */
    uint16_t host;                                 /**< @brief The host that it belongs to. */
    uint8_t state;                                 /**< @brief What it does. */
    uint8_t family;                                /**< @brief Its family. */
    uint8_t group_count;                           /**< @brief Groups that it has joined. */
    uint8_t multicast_ttl;                         /**< @brief Hop limit of multicast. */
    ptk_sim_group_t groups[PTK_SIM_SOCKET_GROUPS]; /**< @brief The groups. */
} ptk_sim_socket_t;

/** @brief A loop that ptk_sim_step() runs. */
typedef struct ptk_sim_loop {
    ptk_handle_t handle;           /**< @brief The loop. */
    ptk_platform_loop_t *platform; /**< @brief What the port keeps of it, once it has waited. */
    uint16_t host;                 /**< @brief Where it runs. */
} ptk_sim_loop_t;

/** @brief Something that the application does at a certain time: its memory is the application's. */
typedef struct ptk_sim_action {
    struct ptk_sim_action *next;  /**< @brief The next one; the world's. */
    uint64_t time_ns;             /**< @brief When; the world's. */
    void (*call)(void *argument); /**< @brief What is called. Handlers' rules do not apply: it may do anything. */
    void *argument;               /**< @brief With what. */
} ptk_sim_action_t;

/** @brief The state of the world, for reading. ptk_sim_world() finds it. */
typedef struct ptk_sim_world {
    uint64_t now_ns;                                 /**< @brief The time of the world. */
    uint64_t seed;                                   /**< @brief What it was started with. */
    uint64_t random;                                 /**< @brief The state of its generator. */
    uint64_t order;                                  /**< @brief Counts what was sent. */
    uint64_t trace_hash;                             /**< @brief Of everything that has happened. */
    uint64_t trace_count;                            /**< @brief How much that was. */
    uint64_t calls;                                  /**< @brief Calls of the port that could have failed. */
    uint64_t expiry_ns;                              /**< @brief When a socket expires next, or earlier. */
    uint64_t fail_call;                              /**< @brief Which of them fails, counted from 1; 0: none. */
    uint32_t host_count;                             /**< @brief Hosts. */
    uint32_t link_count;                             /**< @brief Links. */
    uint32_t loop_count;                             /**< @brief Loops that ptk_sim_step() runs. */
    uint32_t socket_count;                           /**< @brief Sockets that some program has open. */
    uint32_t segment_count;                          /**< @brief Segments in use. */
    uint32_t first_free;                             /**< @brief The first free segment. */
    uint32_t first_in_flight;                        /**< @brief The segment that arrives next. */
    ptk_sim_action_t *actions;                       /**< @brief What the application will do. */
    void (*trace)(void *argument, const char *line); /**< @brief Gets each line of the trace, or NULL. */
    void *trace_argument;                            /**< @brief With this. */
    void (*capture)(void *argument, const void *bytes, size_t length); /**< @brief Gets the capture, or NULL. */
    void *capture_argument;                                            /**< @brief With this. */
    uint32_t faults[PTK_SIM_FAULT_COUNT];       /**< @brief The plan: each kind's probability per million. */
    uint64_t calls_of[PTK_SIM_FAULT_COUNT];     /**< @brief Calls that each kind of fault could have met. */
    uint64_t fail_call_of[PTK_SIM_FAULT_COUNT]; /**< @brief Which of them it meets, counted from 1; 0: none. */
    uint64_t fault_count;                       /**< @brief Faults of all kinds so far. */
    uint16_t host;                              /**< @brief The host whose program runs. */
    bool is_stepping;        /**< @brief ptk_sim_step() runs a loop: its wait does not move the clock. */
    ptk_sim_loop_t *running; /**< @brief That loop. */
} ptk_sim_world_t;

/** @brief A world's memory. PTK_SIM_DECLARE_WORLD() fills it in. */
typedef struct ptk_sim_memory {
    ptk_sim_world_t *world;      /**< @brief Its state. */
    ptk_sim_host_t *hosts;       /**< @brief Room for hosts. */
    ptk_sim_link_t *links;       /**< @brief Room for links. */
    ptk_sim_loop_t *loops;       /**< @brief Room for loops. */
    ptk_sim_socket_t *sockets;   /**< @brief Sockets of all hosts. */
    ptk_sim_segment_t *segments; /**< @brief Segments on their way, or not received yet. */
    uint32_t host_limit;         /**< @brief Room for so many hosts. */
    uint32_t link_limit;         /**< @brief Room for so many links. */
    uint32_t loop_limit;         /**< @brief Room for so many loops. */
    uint32_t socket_limit;       /**< @brief So many sockets. */
    uint32_t segment_limit;      /**< @brief So many segments. */
} ptk_sim_memory_t;

/**
 * @brief Declares the memory of a world.
 * @param name name of the variable. @param max_hosts 1 to 65535. @param max_links 0 to 65535. @param max_loops loops
 *        that ptk_sim_step() runs, 0 to 256. @param max_sockets sockets of all hosts, 1 to 65535; a connection that was
 *        closed keeps one for a minute if there is room. @param max_segments of PTK_SIM_SEGMENT_BYTES, on their way or
 *        not received yet, 1 to 1000000.
 */
#define PTK_SIM_DECLARE_WORLD(name, max_hosts, max_links, max_loops, max_sockets, max_segments)                        \
    static ptk_sim_world_t name##_world;                                                                               \
    static ptk_sim_host_t name##_hosts[PTK_AT_LEAST_ONE(max_hosts)];                                                   \
    static ptk_sim_link_t name##_links[PTK_AT_LEAST_ONE(max_links)];                                                   \
    static ptk_sim_loop_t name##_loops[PTK_AT_LEAST_ONE(max_loops)];                                                   \
    static ptk_sim_socket_t name##_sockets[PTK_AT_LEAST_ONE(max_sockets)];                                             \
    static ptk_sim_segment_t name##_segments[PTK_AT_LEAST_ONE(max_segments)];                                          \
    static const ptk_sim_memory_t name = {&name##_world,  name##_hosts,    name##_links,  name##_loops,                \
                                          name##_sockets, name##_segments, (max_hosts),   (max_links),                 \
                                          (max_loops),    (max_sockets),   (max_segments)}

/* ------------------------------------------------------------------------------------------ making a world */

/**
 * @brief Begins a world: no hosts, the time is 1 s, no faults. No loop may exist.
 * @param memory the world's memory, which stays in place until the next start. @param seed decides everything that is
 *        left to chance, any value.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL, or a limit out of range).
 */
ptk_err_t ptk_sim_start(const ptk_sim_memory_t *memory, uint64_t seed);

/** @brief The state of the present world. @return Never NULL. */
const ptk_sim_world_t *ptk_sim_world(void);

/**
 * @brief Adds a host with one address, and enters it. It has a network, and a clock without drift.
 * @param address its address; the port does not matter. NULL: only loopback.
 * @return The host's number, 0 for the first; PTK_ERR_INVALID_ARGUMENT (an address that another host has, or that no
 *         host can have), PTK_ERR_OUT_OF_MEMORY.
 */
int32_t ptk_sim_add_host(const ptk_address_t *address);

/**
 * @brief Gives a host one more address, of either family.
 * @param host its number. @param address the address.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT, PTK_ERR_OUT_OF_MEMORY: it has PTK_SIM_HOST_ADDRESSES.
 */
ptk_err_t ptk_sim_add_address(int32_t host, const ptk_address_t *address);

/**
 * @brief Links two hosts. Hosts without a link do not reach each other; nothing is routed through a third one.
 * @param first a host. @param second another one. @param properties NULL: no latency, no limit, no loss.
 * @return The link's number, PTK_ERR_INVALID_ARGUMENT (also: they are linked already), PTK_ERR_OUT_OF_MEMORY.
 */
int32_t ptk_sim_add_link(int32_t first, int32_t second, const ptk_sim_link_properties_t *properties);

/**
 * @brief Changes how a link treats what is sent from now on.
 * @param link its number. @param properties the new ones.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT.
 */
ptk_err_t ptk_sim_set_link(int32_t link, const ptk_sim_link_properties_t *properties);

/**
 * @brief Has ptk_sim_step() run a loop, on the host that is entered now. A loop that was destroyed is taken out.
 * @param loop the loop.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (added before), PTK_ERR_OUT_OF_MEMORY.
 */
ptk_err_t ptk_sim_add_loop(ptk_handle_t loop);

/**
 * @brief Enters a host: loops that are created, and the clock that is read, are its own from now on.
 * @param host its number.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT.
 */
ptk_err_t ptk_sim_enter(int32_t host);

/* ------------------------------------------------------------------------------------------ running */

/**
 * @brief Lets the next thing happen: a segment arrives, an action is due, or a loop runs for one pass, which takes a
 *        microsecond. Not from a handler or an action.
 * @param limit_ms the time, in ms of the world, that the clock does not go beyond.
 * @return Whether anything happened. If not, the clock is at the limit.
 */
bool ptk_sim_step(uint64_t limit_ms);

/**
 * @brief Steps until the time is reached. Not from a handler or an action.
 * @param time_ms ms of the world.
 * @return How many steps that were.
 */
uint64_t ptk_sim_run_until(uint64_t time_ms);

/**
 * @brief Steps until nothing is on its way, no action is planned and no timer is started, but not beyond a time. Not
 *        from a handler or an action.
 * @param limit_ms ms of the world.
 * @return Whether it came to rest.
 */
bool ptk_sim_run_until_idle(uint64_t limit_ms);

/** @brief The time of the world. @return ms since it was started, and 1000. */
uint64_t ptk_sim_now_ms(void);

/**
 * @brief Calls a function at a time, in no host's name; it may do anything but step.
 * @param action memory for it, until it was called. @param time_ms ms of the world; a past time is now.
 * @param call the function. @param argument what it gets.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL, or planned already).
 */
ptk_err_t ptk_sim_plan(ptk_sim_action_t *action, uint64_t time_ms, void (*call)(void *argument), void *argument);

/* ------------------------------------------------------------------------------------------ what goes wrong */

/**
 * @brief Cuts a link, or heals it. TCP tries again for as long as a minute, datagrams are lost.
 * @param link its number. @param from a host at one of its ends: what that one sends; -1: both directions.
 * @param is_cut true cuts, false heals.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT.
 */
ptk_err_t ptk_sim_cut(int32_t link, int32_t from, bool is_cut);

/**
 * @brief Gives a host a network, or takes it away. Loopback stays.
 * @param host its number. @param has_network whether it has one.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT.
 */
ptk_err_t ptk_sim_set_network(int32_t host, bool has_network);

/**
 * @brief A host crashes: its sockets are gone, and its loops do not run any more. The application then destroys what its
 *        program had (ptk_event_loop_destroy()), which nothing on the network notices.
 * @param host its number. @param with_reset true: peers are reported a reset, as when only the program dies; false: they
 *        hear nothing.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (also: it is down).
 */
ptk_err_t ptk_sim_crash(int32_t host, bool with_reset);

/**
 * @brief A host that crashed runs again. Its program is the application's to start: ptk_sim_enter(), create, add.
 * @param host its number.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (also: it is up).
 */
ptk_err_t ptk_sim_restart(int32_t host);

/**
 * @brief Keeps a host's loops from running for some time. Its network goes on: what is sent to it waits.
 * @param host its number. @param until_ms ms of the world; a past time ends it.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT.
 */
ptk_err_t ptk_sim_freeze(int32_t host, uint64_t until_ms);

/**
 * @brief Lets a host's clock drift from now on.
 * @param host its number. @param ppm how many millionths it gains, -500000 to 1000000.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT.
 */
ptk_err_t ptk_sim_set_drift(int32_t host, int32_t ppm);

/**
 * @brief Sets the probability of a kind of fault in the calls of all hosts.
 * @param kind a PTK_SIM_FAULT_ value. @param per_million 0 to 1000000.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT.
 */
ptk_err_t ptk_sim_set_fault(uint32_t kind, uint32_t per_million);

/**
 * @brief Lets one call fail: that one which can fail, counted from now on.
 * @param call 1 is the next one; 0: none.
 */
void ptk_sim_fail_call(uint64_t call);

/**
 * @brief The same for one kind of fault, also of those that are no error. How many calls there were is in the world's
 *        calls_of.
 * @param kind a PTK_SIM_FAULT_ value. @param call 1 is the next call that this kind of fault can meet; 0: none.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT.
 */
ptk_err_t ptk_sim_fail_call_of(uint32_t kind, uint64_t call);

/**
 * @brief Sends one byte of urgent data, as peers do that use MSG_OOB. The library has no such call, but must bear it:
 *        a receive stops in front of the byte, the next one leaves it out.
 *
 * Only the last one that was sent is urgent: an earlier one that the receiver has not reached yet is data, as on Linux.
 * @param socket a connected TCP socket of any host. @param byte the byte.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (a UDP socket), PTK_ERR_NOT_CONNECTED,
 *         PTK_ERR_CONNECTION_RESET, PTK_ERR_WOULD_BLOCK (there is no room).
 */
ptk_err_t ptk_sim_send_urgent(ptk_handle_t socket, uint8_t byte);

/* ------------------------------------------------------------------------------------------ the trace */

/**
 * @brief Has a function called with each line of the trace: time, host, what happened.
 * @param trace the function, which only reads; NULL: none. @param argument what it gets.
 */
void ptk_sim_set_trace(void (*trace)(void *argument, const char *line), void *argument);

/**
 * @brief Has a function called with the bytes of a pcap file, which Wireshark opens: each packet that arrives anywhere,
 *        loopback included, at the time when it arrives. What is lost is not in it.
 *
 * The headers are made up: the first sequence numbers, and an acknowledgement for the second packet of a connection. The
 * format is that of draft-ietf-opsawg-pcap, with nanoseconds and the link type LINKTYPE_RAW. The same seed gives the
 * same bytes. The calls together are the file; the first one, its header, is made before this returns.
 * @param capture the function, which only reads; NULL: none. @param argument what it gets.
 */
void ptk_sim_set_capture(void (*capture)(void *argument, const void *bytes, size_t length), void *argument);

/** @brief A hash of everything that has happened, the same for the same seed. @return 64 bits. */
uint64_t ptk_sim_trace_hash(void);

#ifdef __cplusplus
}
#endif

#endif
