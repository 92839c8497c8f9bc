# SPDX-License-Identifier: MIT
# What is installed can be used, from another place than it was installed to: with find_package and with pkg-config,
# from C and C++, with and without LTO.
# Usage: installed.sh SOURCE_DIRECTORY WORK CMAKE GENERATOR PLATFORM
. "$(dirname -- "$0")/common.sh"
checks=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
source_directory=$1
cmake=$3
generator=$4
platform=$5
fresh_directory "$2"

quietly() {
    "$@" >log 2>&1 || { cat log; fail "$*"; }
}

# Limits that differ from the defaults, to see that they travel.
quietly "$cmake" -S "$source_directory" -B build -G "$generator" "-DPTK_PLATFORM=$platform" \
    -DCMAKE_BUILD_TYPE=MinSizeRel -DPTK_BUILD_TESTS=OFF -DPTK_BUILD_EXAMPLES=OFF -DPTK_USER_EVENT_QUEUE_SIZE=16 -DPTK_EVENT_LOOP_MAX_WAIT_MS=5
quietly "$cmake" --build build
quietly "$cmake" --install build --prefix "$PWD/first"
mv first second
prefix=$PWD/second
(cd second && find . -type f | sort)

# Every header that is installed is public, and there is one protocol_toolkit.h.
[ "$(find second -name protocol_toolkit.h | grep -c .)" = 1 ] || fail "not exactly one protocol_toolkit.h"
if grep -rlF -e "$source_directory" -e "$PWD" second --include='*.cmake' --include='*.pc'; then
    fail "the files above name directories of this machine"
fi

for language in C CXX; do
    for flags in '' -flto; do
        quietly "$cmake" -S "$checks/consumer" -B "cmake$language$flags" -G "$generator" "-DCMAKE_PREFIX_PATH=$prefix" \
            "-DCONSUMER_LANGUAGE=$language" "-DCMAKE_${language}_FLAGS=$flags" -DCMAKE_BUILD_TYPE=Release
        quietly "$cmake" --build "cmake$language$flags"
        [ "$("cmake$language$flags/consumer")" = ok ] || fail "find_package consumer: $language $flags"
    done
done

command -v pkg-config >/dev/null || fail "no pkg-config"
installed=$(dirname "$(find "$prefix" -name ptk.pc)")
PKG_CONFIG_PATH=$installed${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
export PKG_CONFIG_PATH
packages=ptk
[ ! -f "$installed/ptk-modbus.pc" ] || packages=ptk-modbus
cflags=$(pkg-config --cflags $packages)
libs=$(pkg-config --libs $packages)
case $libs in *-lpthread*) ;; *) fail "pkg-config does not name -lpthread: $libs" ;; esac

# Without any definition: the header carries the limits, and refuses others.
include=$(dirname "$(find "$prefix" -name protocol_toolkit.h)")
archive=$(find "$prefix" -name libptk.a)
quietly gcc -std=c99 -I "$include" "$checks/consumer/consumer.c" "$archive" -lpthread -o consumer
[ "$(./consumer)" = ok ] || fail "consumer without definitions"
for source in protocol_toolkit.h:PTK_USER_EVENT_QUEUE_SIZE ptk_modbus_server.h:PTK_MODBUS_SERVER_BUFFER_SIZE; do
    [ -f "$include/${source%:*}" ] || continue
    printf '#include <%s>\n' "${source%:*}" >other.c
    quietly gcc -std=c99 -I "$include" -fsyntax-only other.c
    if gcc -std=c99 -I "$include" "-D${source#*:}=300" -fsyntax-only other.c >log 2>&1; then
        fail "another ${source#*:} than the archive's was accepted"
    fi
    grep -q "${source#*:} is not what the archive was built with" log || { cat log; fail "not for that reason"; }
done

# Clang without LTO: it has the machine code of the archive only.
for compiler in "gcc -std=c99" "gcc -std=c99 -flto" "g++ -x c++ -std=c++11" "g++ -x c++ -std=c++11 -flto" \
    "clang -std=c99" "clang++ -x c++ -std=c++11"; do
    # shellcheck disable=SC2086
    quietly $compiler -O2 -Wall -Wextra -Werror $cflags "$checks/consumer/consumer.c" -o consumer -x none $libs
    [ "$(./consumer)" = ok ] || fail "pkg-config consumer: $compiler"
done

echo "consumers: 4 with find_package, 6 with pkg-config"
