/**
 * @file world.c
 * @brief The present world: its start, its hosts and links, its clocks, chance and faults.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"

#include <string.h>

/** @brief Where the time of a world begins: a clock never shows 0. */
#define START_NS PTK_SIM_NS_PER_S
/** @brief Certain. */
#define MILLION 1000000u

static const ptk_sim_memory_t *present; /**< @brief The present world's memory. */

/* ------------------------------------------------------------------------------------------ start */

ptk_err_t ptk_sim_start(const ptk_sim_memory_t *memory, uint64_t seed) {
    if (memory == NULL || memory->world == NULL || memory->host_limit == 0 || memory->host_limit > 65535u ||
        memory->link_limit > 65535u || memory->socket_limit == 0 || memory->socket_limit > 65535u ||
        memory->loop_limit > 256u || memory->segment_limit == 0 || memory->segment_limit > MILLION) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_sim_world_t *world = memory->world;
    memset(world, 0, sizeof *world);
    memset(memory->sockets, 0, sizeof *memory->sockets * memory->socket_limit);
    for (uint32_t i = 0; i < memory->segment_limit; i++) {
        memory->segments[i].next = i + 1 < memory->segment_limit ? i + 1 : PTK_SIM_NONE;
    }
    world->now_ns = START_NS;
    world->seed = seed;
    world->random = seed;
    world->trace_hash = 0xCBF29CE484222325u; /* FNV-1a's offset basis */
    world->first_in_flight = PTK_SIM_NONE;
    world->expiry_ns = UINT64_MAX;
    present = memory;
    return PTK_ERR_OK;
}

const ptk_sim_memory_t *ptk_sim_memory(void) {
    if (present == NULL) {
        (void)ptk_sim_start(ptk_sim_default_memory(), 1); /* its limits are constants in range */
        (void)ptk_sim_add_host(NULL);
    }
    return present;
}

ptk_sim_world_t *ptk_sim_state(void) {
    return ptk_sim_memory()->world;
}

const ptk_sim_world_t *ptk_sim_world(void) {
    return ptk_sim_state();
}

/* ------------------------------------------------------------------------------------------ chance */

uint64_t ptk_sim_random(uint64_t limit) {
    /* SplitMix64, Steele, Lea and Flood 2014. */
    ptk_sim_world_t *world = ptk_sim_state();
    world->random += 0x9E3779B97F4A7C15u;
    uint64_t value = world->random;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
    return (value ^ (value >> 31)) % limit;
}

bool ptk_sim_chance(uint32_t per_million) {
    return per_million > 0 && ptk_sim_random(MILLION) < per_million;
}

/** @brief Decides whether a fault happens; it does if is_named. */
static bool meets(uint32_t kind, bool is_named) {
    ptk_sim_world_t *world = ptk_sim_state();
    world->calls_of[kind]++;
    bool fails = is_named || world->calls_of[kind] == world->fail_call_of[kind] || ptk_sim_chance(world->faults[kind]);
    if (fails) {
        world->fault_count++;
        ptk_sim_trace("fault", world->host, kind, 0);
    }
    return fails;
}

bool ptk_sim_happens(uint32_t kind) {
    return meets(kind, false);
}

bool ptk_sim_fails(uint32_t kind) {
    ptk_sim_world_t *world = ptk_sim_state();
    world->calls++;
    return meets(kind, world->calls == world->fail_call);
}

ptk_err_t ptk_sim_set_fault(uint32_t kind, uint32_t per_million) {
    if (kind >= PTK_SIM_FAULT_COUNT || per_million > MILLION) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_sim_state()->faults[kind] = per_million;
    return PTK_ERR_OK;
}

void ptk_sim_fail_call(uint64_t call) {
    ptk_sim_world_t *world = ptk_sim_state();
    world->fail_call = call == 0 ? 0 : world->calls + call;
}

ptk_err_t ptk_sim_fail_call_of(uint32_t kind, uint64_t call) {
    if (kind >= PTK_SIM_FAULT_COUNT) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_sim_world_t *world = ptk_sim_state();
    world->fail_call_of[kind] = call == 0 ? 0 : world->calls_of[kind] + call;
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------ hosts and links */

/** @brief The host with a number, or NULL. */
static ptk_sim_host_t *host_at(int32_t number) {
    bool is_one = number >= 0 && (uint32_t)number < ptk_sim_state()->host_count;
    return is_one ? &ptk_sim_memory()->hosts[number] : NULL;
}

/** @brief Whether a host can have an address that no other one has. */
static bool is_fit(const ptk_address_t *address) {
    if (address == NULL || (address->family != PTK_ADDRESS_IPV4 && address->family != PTK_ADDRESS_IPV6) ||
        ptk_sim_is_any(address) || ptk_sim_is_loopback(address) || ptk_sim_is_group(address) ||
        ptk_sim_is_broadcast(address)) {
        return false;
    }
    for (uint32_t i = 0; i < ptk_sim_state()->host_count; i++) {
        if (ptk_sim_has_address(&ptk_sim_memory()->hosts[i], address)) {
            return false;
        }
    }
    return true;
}

int32_t ptk_sim_add_host(const ptk_address_t *address) {
    ptk_sim_world_t *world = ptk_sim_state();
    if (address != NULL && !is_fit(address)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (world->host_count == ptk_sim_memory()->host_limit) {
        return PTK_ERR_OUT_OF_MEMORY;
    }
    int32_t number = (int32_t)world->host_count++;
    ptk_sim_host_t *host = &ptk_sim_memory()->hosts[number];
    memset(host, 0, sizeof *host);
    host->clock_ns = world->now_ns;
    host->since_ns = world->now_ns;
    host->is_up = true;
    host->has_network = true;
    host->next_port = 49152; /* RFC 6335, 6: the dynamic ports */
    world->host = (uint16_t)number;
    if (address != NULL) {
        (void)ptk_sim_add_address(number, address);
    }
    return number;
}

ptk_err_t ptk_sim_add_address(int32_t host, const ptk_address_t *address) {
    ptk_sim_host_t *found = host_at(host);
    if (found == NULL || !is_fit(address)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (found->address_count == PTK_SIM_HOST_ADDRESSES) {
        return PTK_ERR_OUT_OF_MEMORY;
    }
    found->addresses[found->address_count] = *address;
    found->addresses[found->address_count++].port = 0;
    return PTK_ERR_OK;
}

ptk_err_t ptk_sim_enter(int32_t host) {
    if (host_at(host) == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_sim_state()->host = (uint16_t)host;
    return PTK_ERR_OK;
}

ptk_sim_link_t *ptk_sim_link_between(uint16_t a, uint16_t b) {
    for (uint32_t i = 0; i < ptk_sim_state()->link_count; i++) {
        ptk_sim_link_t *link = &ptk_sim_memory()->links[i];
        if ((link->hosts[0] == a && link->hosts[1] == b) || (link->hosts[0] == b && link->hosts[1] == a)) {
            return link;
        }
    }
    return NULL;
}

/** @brief Whether properties are in range. */
static bool are_valid(const ptk_sim_link_properties_t *properties) {
    return properties->latency_min_us <= properties->latency_max_us &&
           properties->latency_max_us <= 3600u * (uint64_t)MILLION && properties->loss_per_million <= MILLION &&
           properties->duplicate_per_million <= MILLION;
}

int32_t ptk_sim_add_link(int32_t first, int32_t second, const ptk_sim_link_properties_t *properties) {
    static const ptk_sim_link_properties_t none;
    ptk_sim_world_t *world = ptk_sim_state();
    if (host_at(first) == NULL || host_at(second) == NULL || first == second ||
        ptk_sim_link_between((uint16_t)first, (uint16_t)second) != NULL ||
        (properties != NULL && !are_valid(properties))) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (world->link_count == ptk_sim_memory()->link_limit) {
        return PTK_ERR_OUT_OF_MEMORY;
    }
    ptk_sim_link_t *link = &ptk_sim_memory()->links[world->link_count];
    memset(link, 0, sizeof *link);
    link->hosts[0] = (uint16_t)first;
    link->hosts[1] = (uint16_t)second;
    link->properties = properties == NULL ? none : *properties;
    return (int32_t)world->link_count++;
}

ptk_err_t ptk_sim_set_link(int32_t link, const ptk_sim_link_properties_t *properties) {
    if (link < 0 || (uint32_t)link >= ptk_sim_state()->link_count || properties == NULL || !are_valid(properties)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_sim_memory()->links[link].properties = *properties;
    return PTK_ERR_OK;
}

ptk_err_t ptk_sim_cut(int32_t link, int32_t from, bool is_cut) {
    if (link < 0 || (uint32_t)link >= ptk_sim_state()->link_count) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_sim_link_t *found = &ptk_sim_memory()->links[link];
    if (from != -1 && from != found->hosts[0] && from != found->hosts[1]) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    for (int i = 0; i < 2; i++) {
        found->is_cut[i] = from == -1 || from == found->hosts[i] ? is_cut : found->is_cut[i];
    }
    ptk_sim_trace(is_cut ? "cut" : "heal", found->hosts[0], found->hosts[1], from);
    return PTK_ERR_OK;
}

ptk_err_t ptk_sim_set_network(int32_t host, bool has_network) {
    ptk_sim_host_t *found = host_at(host);
    if (found == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    found->has_network = has_network;
    ptk_sim_trace("network", (uint16_t)host, has_network ? 1 : 0, 0);
    return PTK_ERR_OK;
}

ptk_err_t ptk_sim_freeze(int32_t host, uint64_t until_ms) {
    ptk_sim_host_t *found = host_at(host);
    if (found == NULL || until_ms > PTK_TIME_MAX_MS) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    found->frozen_until_ns = until_ms * PTK_SIM_NS_PER_MS;
    ptk_sim_trace("freeze", (uint16_t)host, 0, (int64_t)until_ms);
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------ clocks */

uint64_t ptk_sim_now_ms(void) {
    return ptk_sim_state()->now_ns / PTK_SIM_NS_PER_MS;
}

/** @brief A time as a clock shows it that gains so many millionths, and the other way round. */
static uint64_t scaled(uint64_t time_ns, uint64_t numerator, uint64_t denominator) {
    return time_ns / denominator * numerator + time_ns % denominator * numerator / denominator;
}

uint64_t ptk_sim_host_clock(const ptk_sim_host_t *host) {
    uint64_t passed = ptk_sim_state()->now_ns - host->since_ns;
    return host->clock_ns +
           (host->drift_ppm == 0 ? passed : scaled(passed, (uint64_t)(1000000 + host->drift_ppm), MILLION));
}

uint64_t ptk_sim_world_time(const ptk_sim_host_t *host, uint64_t clock_ns) {
    if (clock_ns == UINT64_MAX) {
        return UINT64_MAX;
    }
    uint64_t shown = ptk_sim_host_clock(host);
    uint64_t now_ns = ptk_sim_state()->now_ns;
    if (clock_ns <= shown) {
        return now_ns;
    }
    uint64_t rest = clock_ns - shown;
    if (host->drift_ppm != 0) {
        rest = scaled(rest, MILLION, (uint64_t)(1000000 + host->drift_ppm)) + 2; /* both divisions round down */
    }
    return rest > UINT64_MAX - 1 - now_ns ? UINT64_MAX - 1 : now_ns + rest;
}

ptk_err_t ptk_sim_set_drift(int32_t host, int32_t ppm) {
    ptk_sim_host_t *found = host_at(host);
    if (found == NULL || ppm < -500000 || ppm > 1000000) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    found->clock_ns = ptk_sim_host_clock(found);
    found->since_ns = ptk_sim_state()->now_ns;
    found->drift_ppm = ppm;
    return PTK_ERR_OK;
}
