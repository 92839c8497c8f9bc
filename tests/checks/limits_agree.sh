# SPDX-License-Identifier: MIT
# A program has the limits of the archive, with no definition of its own; with others it does not compile, and with
# another header it does not link.
# Usage: limits_agree.sh SOURCE_DIRECTORY INCLUDE_DIRECTORY ARCHIVE PLATFORM WORK QUEUE_SIZE HANDLERS
. "$(dirname -- "$0")/common.sh"
checks=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
platform=$4
queue=$6
handlers=$7
fresh_directory "$5"
# Copies, so that no name of a directory has a space in it.
cp -R "$1/src/include" headers
cp -R "$2" include
cp "$3" libptk.a
cp "$checks/limits_program.c" .
headers=headers
include=include
archive=libptk.a
program=limits_program.c
other_queue=$((queue % 32768 + 1))
other_handlers=$((handlers % 255 + 1))

# build "FLAGS OF THE FIRST FILE" "FLAGS OF THE SECOND FILE": output to log.
build() {
    # shellcheck disable=SC2086
    $compiler -Wall -Wextra -Werror $1 -c "$program" -o first.o >log 2>&1 \
        && $compiler -Wall -Wextra -Werror -DSECOND_FILE $2 -c "$program" -o second.o >>log 2>&1 \
        && $linker first.o second.o "$archive" -lpthread -o program >>log 2>&1
}

# must_run FLAGS
must_run() {
    build "$1" "$1" || { cat log; fail "$compiler $1"; }
    [ "$(./program)" = "queue $queue" ] || fail "$compiler $1: $(./program)"
}

# must_fail MESSAGE "FLAGS OF THE FIRST FILE" "FLAGS OF THE SECOND FILE"
must_fail() {
    if build "$2" "$3"; then
        fail "$compiler makes a program of $2 and $3"
    fi
    grep -q "$1" log || { cat log; fail "$compiler $2, $3: no \"$1\""; }
    tried=$((tried + 1))
}

# A platform whose header compiles here and is not the archive's.
other=posix
[ "$platform" != posix ] || other=linux

tried=0
for compiler in "gcc -std=c99" "gcc -std=c99 -O2 -flto" "gcc -std=c99 -Os -ffunction-sections -Wl,--gc-sections" \
    "clang -std=c99" "g++ -x c++ -std=c++11" "clang++ -x c++ -std=c++11 -O2"; do
    command -v "${compiler%% *}" >/dev/null || { echo "without ${compiler%% *}"; continue; }
    linker=$(echo "$compiler" | sed 's/-x c++//')
    own="-I$include"
    must_run "$own"
    must_run "$own -DPTK_USER_EVENT_QUEUE_SIZE=$queue -DPTK_USER_EVENT_HANDLERS=$handlers"
    must_fail 'not what the archive was built with' "$own -DPTK_USER_EVENT_QUEUE_SIZE=$other_queue" "$own"
    must_fail 'not what the archive was built with' "$own" "$own -DPTK_USER_EVENT_HANDLERS=$other_handlers"

    # The header as it is in the sources takes any limits.
    plain="-I$headers/$platform -DPTK_USER_EVENT_QUEUE_SIZE=$queue -DPTK_USER_EVENT_HANDLERS"
    must_run "$plain=$handlers"
    must_fail "create_${platform}_queue_${queue}_handlers_$other_handlers" "$plain=$other_handlers" "$own"
    must_fail "resources_${platform}_queue_${queue}_handlers_$other_handlers" "$own" "$plain=$other_handlers"
    must_fail "create_${other}_queue_${queue}_handlers_$handlers" \
        "-I$headers/$other -DPTK_USER_EVENT_QUEUE_SIZE=$queue -DPTK_USER_EVENT_HANDLERS=$handlers" "$own"
done
[ "$tried" -ge 5 ] || fail "no compiler"
echo "$tried programs that must not build do not"
