/**
 * @file segment.c
 * @brief The pool of segments, and those that are on their way.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"

#include <string.h>

ptk_sim_segment_t *ptk_sim_segment(uint32_t index) {
    return &ptk_sim_memory()->segments[index];
}

uint32_t ptk_sim_free_segments(void) {
    return ptk_sim_memory()->segment_limit - ptk_sim_state()->segment_count;
}

/** @brief Takes a slot from the free ones; there is one. */
static uint32_t take(void) {
    ptk_sim_world_t *world = ptk_sim_state();
    uint32_t index = world->first_free;
    ptk_sim_segment_t *segment = ptk_sim_segment(index);
    world->first_free = segment->next;
    world->segment_count++;
    memset(segment, 0, offsetof(ptk_sim_segment_t, bytes));
    segment->next = PTK_SIM_NONE;
    segment->rest = PTK_SIM_NONE;
    segment->from = PTK_SIM_NONE;
    segment->to = PTK_SIM_NONE;
    return index;
}

uint32_t ptk_sim_make_segment(uint8_t kind, const void *bytes, size_t length) {
    const uint8_t *next = bytes;
    size_t slots = length <= PTK_SIM_SEGMENT_BYTES ? 1 : (length - 1) / PTK_SIM_SEGMENT_BYTES + 1;
    if (slots > ptk_sim_free_segments()) {
        return PTK_SIM_NONE;
    }
    uint32_t first = take();
    uint32_t last = first;
    ptk_sim_segment(first)->kind = kind;
    ptk_sim_segment(first)->length = (uint32_t)length;
    ptk_sim_segment(first)->sent_ns = ptk_sim_state()->now_ns;
    while (length > 0) {
        size_t part = length < PTK_SIM_SEGMENT_BYTES ? length : PTK_SIM_SEGMENT_BYTES;
        memcpy(ptk_sim_segment(last)->bytes, next, part);
        next += part;
        length -= part;
        if (length > 0) {
            uint32_t more = take();
            ptk_sim_segment(last)->rest = more;
            last = more;
        }
    }
    return first;
}

size_t ptk_sim_read_segment(const ptk_sim_segment_t *segment, void *bytes, size_t room) {
    uint8_t *next = bytes;
    size_t rest = segment->length - segment->offset;
    size_t offset = segment->offset;
    rest = rest < room ? rest : room;
    size_t count = rest;
    while (rest > 0) {
        if (offset >= PTK_SIM_SEGMENT_BYTES) {
            segment = ptk_sim_segment(segment->rest);
            offset -= PTK_SIM_SEGMENT_BYTES;
            continue;
        }
        size_t part = PTK_SIM_SEGMENT_BYTES - offset;
        part = part < rest ? part : rest;
        memcpy(next, segment->bytes + offset, part);
        next += part;
        offset += part;
        rest -= part;
    }
    return count;
}

void ptk_sim_free_segment(uint32_t index) {
    ptk_sim_world_t *world = ptk_sim_state();
    while (index != PTK_SIM_NONE) {
        ptk_sim_segment_t *segment = ptk_sim_segment(index);
        uint32_t rest = segment->rest;
        segment->next = world->first_free;
        world->first_free = index;
        world->segment_count--;
        index = rest;
    }
}

void ptk_sim_schedule(uint32_t index) {
    ptk_sim_world_t *world = ptk_sim_state();
    ptk_sim_segment_t *segment = ptk_sim_segment(index);
    uint32_t *link = &world->first_in_flight;
    segment->order = ++world->order;
    while (*link != PTK_SIM_NONE && ptk_sim_segment(*link)->arrival_ns <= segment->arrival_ns) {
        link = &ptk_sim_segment(*link)->next;
    }
    segment->next = *link;
    *link = index;
}

uint32_t ptk_sim_next_arrival(void) {
    ptk_sim_world_t *world = ptk_sim_state();
    uint32_t index = world->first_in_flight;
    if (index == PTK_SIM_NONE || ptk_sim_segment(index)->arrival_ns > world->now_ns) {
        return PTK_SIM_NONE;
    }
    world->first_in_flight = ptk_sim_segment(index)->next;
    ptk_sim_segment(index)->next = PTK_SIM_NONE;
    return index;
}

bool ptk_sim_reaches(uint16_t from, uint16_t to) {
    const ptk_sim_host_t *hosts = ptk_sim_memory()->hosts;
    if (!hosts[to].is_up) {
        return false;
    }
    if (from == to) {
        return true;
    }
    const ptk_sim_link_t *link = ptk_sim_link_between(from, to);
    return link != NULL && hosts[from].has_network && hosts[to].has_network &&
           !link->is_cut[link->hosts[0] == from ? 0 : 1];
}

uint64_t ptk_sim_arrival(uint16_t from, uint16_t to, uint32_t length) {
    uint64_t now_ns = ptk_sim_state()->now_ns;
    ptk_sim_link_t *link = from == to ? NULL : ptk_sim_link_between(from, to);
    if (link == NULL) {
        return now_ns;
    }
    const ptk_sim_link_properties_t *properties = &link->properties;
    uint64_t *free_ns = &link->free_ns[link->hosts[0] == from ? 0 : 1];
    uint64_t spread_us = properties->latency_max_us - properties->latency_min_us;
    uint64_t latency_us = properties->latency_min_us + (spread_us == 0 ? 0 : ptk_sim_random(spread_us + 1));
    uint64_t begin_ns = *free_ns > now_ns ? *free_ns : now_ns;
    if (properties->bytes_per_second > 0) {
        begin_ns += (length + 40u) * (uint64_t)PTK_SIM_NS_PER_S / properties->bytes_per_second; /* 40: the headers */
        *free_ns = begin_ns;
    }
    return begin_ns + latency_us * PTK_SIM_NS_PER_US;
}

bool ptk_sim_is_lost(uint16_t from, uint16_t to) {
    const ptk_sim_link_t *link = from == to ? NULL : ptk_sim_link_between(from, to);
    return link != NULL && ptk_sim_chance(link->properties.loss_per_million);
}
