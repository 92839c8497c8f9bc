# SPDX-License-Identifier: MIT
# The installed library can be used, also after the tree was moved: with find_package, with pkg-config and with neither,
# from C and C++, with and without LTO, with the compilers that are installed.
# Usage: installed.sh SOURCE_DIRECTORY WORK CMAKE GENERATOR PLATFORM
#
# Everything is done with a copy of the sources in a directory with a unique name, so that the result does not depend on
# where the checkout is, and so that the name cannot be in an installed file by chance.
. "$(dirname -- "$0")/common.sh"
source_directory=$1
cmake=$3
generator=$4
platform=$5
fresh_directory "$2"

work=$(mktemp -d "${TMPDIR:-/tmp}/ptk-installed-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/sources"
for item in CMakeLists.txt LICENSE README.md CHANGELOG.md cmake docs examples scripts src tests; do
    cp -R "$source_directory/$item" "$work/sources"
done
checks=$work/sources/tests/checks
cd "$work"

show_if_it_fails() {
    "$@" >log 2>&1 || { cat log; fail "$*"; }
}

# Limits that differ from the defaults, to see that they are passed on.
show_if_it_fails "$cmake" -S sources -B build -G "$generator" "-DPTK_PLATFORM=$platform" \
    -DCMAKE_BUILD_TYPE=MinSizeRel -DPTK_BUILD_TESTS=OFF -DPTK_BUILD_EXAMPLES=OFF -DPTK_USER_EVENT_QUEUE_SIZE=16 \
    -DPTK_EVENT_LOOP_MAX_WAIT_MS=5
show_if_it_fails "$cmake" --build build
show_if_it_fails "$cmake" --install build --prefix "$work/first"
# DESTDIR and the prefix of the configuration give the same tree.
mkdir destination
show_if_it_fails "$cmake" -DCMAKE_INSTALL_PREFIX=/opt/ptk build
show_if_it_fails env DESTDIR="$work/destination" "$cmake" --install build
diff -r first destination/opt/ptk || fail "with DESTDIR something else is installed"
mv first second
prefix=$work/second
(cd second && find . -type f | sort)

for file in share/man/man7/ptk.7 share/man/man3/ptk_timers.3 share/doc/ptk/LICENSE share/doc/ptk/README.md \
    share/doc/ptk/docs/tutorial.md share/doc/ptk/examples/echo_server.c; do
    [ -f "second/$file" ] || fail "no $file"
done

# Every header that is installed is public, and there is one protocol_toolkit.h.
[ "$(find second -name protocol_toolkit.h | grep -c .)" = 1 ] || fail "not exactly one protocol_toolkit.h"
if grep -rlF -e "$work" second --include='*.cmake' --include='*.pc' --include='*.h'; then
    fail "the files above name directories of this machine"
fi

# is_there COMPILER: also prints which ones are missing.
is_there() {
    command -v "$1" >/dev/null || { echo "without $1"; return 1; }
}

found=0
for language in C CXX; do
    if [ $language = CXX ]; then
        is_there g++ || is_there clang++ || continue
    fi
    for flags in '' -flto; do
        show_if_it_fails "$cmake" -S "$checks/consumer" -B "cmake$language$flags" -G "$generator" "-DCMAKE_PREFIX_PATH=$prefix" \
            "-DCONSUMER_LANGUAGE=$language" "-DCMAKE_${language}_FLAGS=$flags" -DCMAKE_BUILD_TYPE=Release
        show_if_it_fails "$cmake" --build "cmake$language$flags"
        [ "$("cmake$language$flags/consumer")" = ok ] || fail "find_package consumer: $language $flags"
        found=$((found + 1))
    done
done

# A component that there is not is an error, and named.
mkdir other
for component in modbus opcua; do
    printf '%s\n' 'cmake_minimum_required(VERSION 3.16)' 'project(other LANGUAGES C)' \
        "find_package(ptk CONFIG REQUIRED COMPONENTS $component)" >other/CMakeLists.txt
    if "$cmake" -S other -B "other/$component" -G "$generator" "-DCMAKE_PREFIX_PATH=$prefix" >log 2>&1; then
        [ $component = modbus ] || fail "the component $component was found"
    else
        [ $component != modbus ] || { cat log; fail "the component $component was not found"; }
        grep -q "$component" log || { cat log; fail "the missing component is not named"; }
    fi
done

# each_compiler FLAGS LIBRARIES: builds the consumer, and runs it. Clang without LTO: it has the machine code of the
# archive only.
each_compiler() {
    for compiler in "gcc -std=c99" "gcc -std=c99 -flto" "g++ -x c++ -std=c++11" "g++ -x c++ -std=c++11 -flto" \
        "clang -std=c99" "clang++ -x c++ -std=c++11"; do
        is_there "${compiler%% *}" || continue
        # shellcheck disable=SC2086
        show_if_it_fails $compiler -O2 -Wall -Wextra -Werror $1 "$checks/consumer/consumer.c" -o consumer -x none $2
        [ "$(./consumer)" = ok ] || fail "consumer: $compiler $1 $2"
        found=$((found + 1))
    done
}

# Without any definition: the header has the limits, and refuses others.
include=$(dirname "$(find "$prefix" -name protocol_toolkit.h)")
each_compiler "-I$include" "$(find "$prefix" -name libptk.a) -lpthread"
for source in protocol_toolkit.h:PTK_USER_EVENT_QUEUE_SIZE ptk_modbus_server.h:PTK_MODBUS_SERVER_BUFFER_SIZE; do
    [ -f "$include/${source%:*}" ] || continue
    printf '#include <%s>\n' "${source%:*}" >other.c
    show_if_it_fails cc -std=c99 -I "$include" -fsyntax-only other.c
    if cc -std=c99 -I "$include" "-D${source#*:}=300" -fsyntax-only other.c >log 2>&1; then
        fail "another ${source#*:} than the archive's was accepted"
    fi
    grep -q "${source#*:} is not what the archive was built with" log || { cat log; fail "not for this reason"; }
done

if command -v pkg-config >/dev/null; then
    installed=$(dirname "$(find "$prefix" -name ptk.pc)")
    PKG_CONFIG_PATH=$installed${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
    export PKG_CONFIG_PATH
    packages=ptk
    [ ! -f "$installed/ptk-modbus.pc" ] || packages=ptk-modbus
    libs=$(pkg-config --libs $packages)
    case $libs in *-lpthread*) ;; *) fail "pkg-config does not name -lpthread: $libs" ;; esac
    each_compiler "$(pkg-config --cflags $packages)" "$libs"

    # README's first program, as its command builds it.
    awk '/^```c$/ { on = 1; next } /^```$/ && on { exit } on' sources/README.md >echo.c
    # shellcheck disable=SC2046
    show_if_it_fails cc echo.c $(pkg-config --cflags --libs ptk) -o echo
else
    echo "without pkg-config"
fi
echo "$found consumers"
