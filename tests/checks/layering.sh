# SPDX-License-Identifier: MIT
# Core includes no system header but C99's freestanding ones, <string.h> and <assert.h>. A port sees of core only the port
# interface. Protocols use the public API alone.
# Usage: layering.sh SOURCE_DIRECTORY WORK [ARCHIVE]
. "$(dirname -- "$0")/common.sh"
source_directory=$1
archive=${3:-}
fresh_directory "$2"
work=$PWD
cd "$source_directory/src"
result=0
freestanding='assert|float|iso646|limits|stdarg|stdbool|stddef|stdint|string'

# includes FILE...: "file:line:#include <name>", spaces removed.
includes() {
    grep -nE '^[[:space:]]*#[[:space:]]*include' "$@" /dev/null | sed 's/[[:space:]]//g; s/\/\*.*//'
}

# complain TEXT LINES: the check fails if there are lines.
complain() {
    [ -z "$2" ] || { echo "$1"; echo "$2"; result=1; }
}

# ---------------------------------------------------------------------------------------------------------------- core

core=$(find lib/core -name '*.[ch]')
[ -n "$core" ] || fail "no sources in lib/core"
# atomic.h is selected by compiler: for MSVC it takes that compiler's own <intrin.h>.
# shellcheck disable=SC2086
complain "core includes what is not its own:" "$(includes $core |
    grep -vE '^lib/core/atomic\.h:[0-9]+:#include<intrin\.h>$' | grep -vE "#include<($freestanding)\\.h>\$" |
    grep -vE '#include("(core/)?[a-z_0-9]+\.h"|<protocol_toolkit\.h>)$' || true)"
# shellcheck disable=SC2086
for name in $(includes $core | sed -n 's/.*#include"\(.*\)"$/\1/p' | sort -u); do
    case $name in protocol_toolkit.h | system_atomic.h) continue ;; esac # the latter is a platform's, if it has one
    [ -f "lib/core/${name#core/}" ] || complain "core includes:" "$name"
done
# shellcheck disable=SC2086
complain "core asks which platform it is compiled for:" \
    "$(grep -nE '__linux__|__APPLE__|_WIN32|__FreeBSD__|__unix__' $core || true)"

# --------------------------------------------------------------------------------------------------------------- ports

# What a port may include of core, and the functions that it may call: the interface, Debug's log, and what the public
# header offers for values.
interface='core/port.h core/port_thread.h core/atomic.h core/wait_time.h core/log.h core/static_assert.h'
value_functions='ptk_address_any ptk_log_write'
# Types of core, by their names with and without _t, and members of its structs. kqueue's own struct has flags, too.
core_types='ptk_event_loop(_slot|_resources)?|ptk_[a-z_]+_internal|ptk_pool|ptk_delivery|ptk_resource_base|ptk_handler_slot'
core_members='delivery|error|flags|pools|raised|handlers|wake_state|runner'
kqueue_flags='(change|event)(->|\.)flags'

# port_files: the sources of all ports, in the current directory.
port_files() {
    find lib/* -name '*.[ch]' ! -path 'lib/core/*'
}

# code FILE...: "file:line:code" without comments.
code() {
    awk '
        FNR == 1 { in_comment = 0 }
        {
            line = $0; rest = ""
            while (line != "") {
                if (in_comment) {
                    at = index(line, "*/")
                    if (at == 0) { break }
                    line = substr(line, at + 2); in_comment = 0
                } else {
                    at = index(line, "/*")
                    if (at == 0) { rest = rest line; break }
                    rest = rest substr(line, 1, at - 1); line = substr(line, at + 2); in_comment = 1
                }
            }
            if (rest !~ /^[ \t]*$/) { print FILENAME ":" FNR ":" rest }
        }' "$@"
}

# port_includes FILE...: the includes of a port that are not its own, a system's, or of the interface.
port_includes() {
    includes "$@" | grep -v '#include<' | while IFS= read -r line; do
        name=${line#*\"}
        name=${name%\"}
        case " $interface protocol_toolkit.h ptk_sim.h system_features.h system_socket.h " in *" $name "*) continue ;; esac
        case $name in
            core/*) ;;
            */*) [ ! -f "lib/$name" ] || continue ;;
        esac
        echo "$line"
    done
}

# port_mentions FILE...: code that names a type of core or a member of its structs.
port_mentions() {
    code "$@" | sed -E "/^lib\\/kqueue\\//s/$kqueue_flags//g" |
        grep -E "(^|[^a-z_0-9])($core_types)(_t)?([^a-z_0-9]|\$)|(->|[a-z_0-9)]\\.)($core_members)([^a-z_0-9]|\$)" || true
}

# port_calls FUNCTIONS OBJECTS: reads "object kind symbol" lines, and names what one of the objects, which are a port's, refers
# to without it being among the functions or defined by one of the objects.
port_calls() {
    awk -v allowed="$1" -v ports="$2" '
        BEGIN {
            count = split(allowed, names, " "); for (i = 1; i <= count; i++) { may[names[i]] = 1 }
            count = split(ports, names, " "); for (i = 1; i <= count; i++) { is_port[names[i]] = 1 }
        }
        !($1 in is_port) { next }
        { sub(/^_/, "", $3); seen[$1] = 1 }
        $2 == "U" { if ($3 ~ /^ptk_/) { uses[++uses_count] = $1 " uses " $3; of[uses_count] = $3 } next }
        $2 ~ /^[A-Z]$/ { may[$3] = 1 }
        END {
            for (i = 1; i <= uses_count; i++) { if (!(of[i] in may)) { print uses[i] } }
            for (file in seen) { objects++ }
            if (objects == 0) { print "no object of a port" }
        }'
}

# shellcheck disable=SC2046
complain "a port includes what it must not:" "$(port_includes $(port_files))"
# shellcheck disable=SC2046
complain "a port names what is core's:" "$(port_mentions $(port_files))"

functions=$(cat lib/core/port.h lib/core/port_thread.h | sed -nE 's/^[a-z].*[ *](ptk_[a-z_0-9]+)\(.*/\1/p')
[ "$(echo "$functions" | grep -c '^ptk_port_')" -ge 24 ] || fail "the functions of port.h were not found"
for name in $functions; do
    grep -q "\`$name\`" ../docs/porting.md || complain "docs/porting.md does not name:" "$name"
done

# Of the objects, where there is an archive and the tools to look at it.
if [ -n "$archive" ] && command -v nm >"$work/tools" && command -v objcopy >>"$work/tools"; then
    machine_code "$archive" "$work/code.a"
    nm -A -P "$work/code.a" |
        awk '{ name = $1; sub(/.*\[/, "", name); sub(/\.c\.(o|obj)\]:?$/, "", name); print name, $3, $2 }' >"$work/symbols"
    objects=$(for file in $(port_files); do basename "$file" .c; done | tr '\n' ' ')
    functions=$(printf '%s ' "$functions" | tr '\n' ' ')
    complain "a port calls:" "$(port_calls "$functions $value_functions" "$objects" <"$work/symbols")"
    complain "threads are optional, but not only loop_thread.c needs them:" \
        "$(grep -E ' U _?ptk_(port_thread_start|port_thread_join)$' "$work/symbols" | grep -v '^loop_thread ' || true)"
fi

# The search finds what it has to find, and nothing else.
mkdir -p "$work/lib/core" "$work/lib/kqueue" "$work/lib/other"
: >"$work/lib/other/own.h"
printf '%s\n' '#include "core/port.h"' '#include "core/socket.h"' '#include <unistd.h>' '#include "other/own.h"' \
    '#include "socket.h"' '/* ptk_pool_t, and' ' * socket->delivery' ' */' 'int a = s->flags; /* core */' \
    'ptk_pool_t *pool;' 'struct ptk_socket_internal *s;' 'x = loop->pools[0];' 'ptk_pooled_t p; y = s->flagship;' \
    'y = event->flags;' 'z = platform.delivery.raised;' >"$work/lib/other/port.c"
printf '%s\n' 'y = event->flags;' 'y = socket->flags;' >"$work/lib/kqueue/port.c"
found=$(cd "$work" && port_includes lib/other/port.c lib/kqueue/port.c && port_mentions lib/other/port.c lib/kqueue/port.c)
found=$(printf '%s\n' "$found" | sed 's/^lib\/\([a-z]*\)[^:]*:\([0-9]*\):.*/\1:\2/' | tr '\n' ' ')
[ "$found" = 'other:2 other:5 other:9 other:10 other:11 other:12 other:14 other:15 kqueue:2 ' ] ||
    fail "the search found $found"
found=$(printf '%s\n' 'epoll U ptk_port_report' 'epoll U ptk_last_error' 'epoll U ptk_socket_fail' 'epoll U close' \
    'socket T ptk_socket_fail' 'socket U ptk_pool_take' 'error T ptk_last_error' |
    port_calls 'ptk_port_report' 'epoll error')
[ "$found" = 'epoll uses ptk_socket_fail' ] || fail "of the objects it found $found"

# ----------------------------------------------------------------------------------------------------------- protocols

# A protocol sees the public header, its own headers, and the same system headers.
for protocol in protocols/*; do
    files=$(find "$protocol" -name '*.[ch]')
    [ -n "$files" ] || continue
    # shellcheck disable=SC2086
    complain "$protocol includes what it must not:" "$(includes $files | grep -vE "#include<($freestanding)\\.h>\$" |
        grep -vE '#include("[a-z_0-9]+\.h"|<protocol_toolkit\.h>|<ptk_[a-z_0-9]+\.h>)$' || true)"
    # shellcheck disable=SC2086
    for name in $(includes $files | sed -n 's/.*#include["<]\(.*\.h\)[">]$/\1/p' | sort -u); do
        case $name in
            protocol_toolkit.h) ;;
            *) printf '%s\n' "$name" | grep -qE "^($freestanding)\\.h\$" || [ -n "$(find "$protocol" -name "$name")" ] ||
                complain "$protocol includes:" "$name" ;;
        esac
    done
done
exit $result
