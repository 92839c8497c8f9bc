#!/bin/sh
# SPDX-License-Identifier: MIT
# Whether the plant finds bugs: bugs of five kinds are put into a copy of the sources, one at a time, and the plant has
# to find each. Prints the first seed that does, and what it says.
# usage: planted_bugs.sh SOURCE_DIRECTORY WORK_DIRECTORY COMPILER SEEDS
. "$(dirname -- "$0")/../checks/common.sh"

source=$(cd -- "$1" && pwd)
compiler=$3
seeds=$4
fresh_directory "$2"

compile() {
    "$compiler" -std=c99 -O1 -w -DNDEBUG "-I$source/src/include/sim" "-I$source/src/protocols/modbus/include" \
        "-I$source/src/lib" "-I$source/src/lib/sim" "-I$source/src/protocols/modbus" "$@"
}

# Each source once; a release library has no diagnostics.
mkdir objects
for file in "$source"/src/lib/core/*.c "$source"/src/lib/sim/*.c "$source"/src/lib/stdio/*.c "$source"/src/simulation/*.c \
    "$source"/src/protocols/modbus/*.c "$source"/tests/sim/plant*.c; do
    name=${file#"$source"/}
    [ "$name" = src/lib/core/diagnose.c ] ||
        compile -c -o "objects/$(echo "$name" | tr / _).o" "$file" || fail "$name does not compile"
done

# plant KIND FILE EXPRESSION: one bug, an expression of sed that changes one file; links the plant with it, and runs it.
plant() {
    object=objects/$(echo "$2" | tr / _).o
    sed "$3" "$source/$2" >changed.c
    ! cmp -s "$source/$2" changed.c || fail "$1: nothing is changed in $2"
    mv "$object" right.o
    compile -c -o "$object" changed.c || fail "$1: it does not compile"
    compile -o plant objects/*.o
    mv right.o "$object"
    status=0
    ./plant --seeds "$seeds" --first-failure >plant.log 2>/dev/null || status=$?
    [ "$status" = 1 ] || { tail -n 3 plant.log; fail "$1 in $2 was not found in $seeds seeds (status $status)"; }
    echo "$1, $2: $(sed -n '/^seed /p' plant.log | head -n 1)"
}

compile -o plant objects/*.o
./plant --seeds 3 2>/dev/null || fail "the plant finds something where no bug was planted"
# A socket is not queued again after its handler has left something to read.
plant "a lost edge" src/lib/core/socket_event.c 's|^    (void)ptk_socket_refresh(socket); /\* by themselves.*||'
# What was paused is not looked at again.
plant "a lost edge" src/lib/core/socket_event.c 's|^            socket->delivery.raised .= .*those who wait try again.*|            continue;|'
# The port reports a readiness that changes, and not one that stays, although core relies on that. (That it does not
# mark a loop is no such bug: each pass looks at all sockets, so that there is a delay at most.)
plant "a lost edge" src/lib/sim/poller.c 's|^        if (readiness != 0) {|        static uint32_t all[65536];\
        uint32_t *last = \&all[platform->reference \& 0xFFFFu];\
        bool is_new = *last != readiness;\
        *last = readiness;\
        if (readiness != 0 \&\& is_new) {|'
plant "a double delivery" src/lib/core/user_event.c \
    's|^        if (!ptk_handler_call(\(.*\))) {|        (void)ptk_handler_call(\1);\
&|'
plant "a leaked slot" src/lib/core/socket.c 's|^    if (is_free) {|    if (is_free \&\& (socket->flags \& PTK_SOCKET_FLAG_PEER_CLOSED) == 0) {|'
# The transaction identifiers are used again while a response to a former request may still come.
plant "a late reply to another request" src/protocols/modbus/modbus_client_queue.c \
    's|^        client->last_transaction_id++;|        client->last_transaction_id = (client->last_transaction_id + 1) % 8;|'
plant "a missed wake-up" src/lib/core/user_event.c 's|wake = ptk_atomic_exchange(.*;|wake = false;|'
