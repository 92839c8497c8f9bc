# SPDX-License-Identifier: MIT
# For a system that is not known, CMake names the platforms there are, and takes one of them.
# Usage: unknown_system.sh SOURCE_DIRECTORY WORK CMAKE GENERATOR
. "$(dirname -- "$0")/common.sh"
source_directory=$1
cmake=$3
generator=$4
fresh_directory "$2"

# configure NAME ARGUMENT...
configure() {
    name=$1
    shift
    "$cmake" -S "$source_directory" -B "$name" -G "$generator" -DCMAKE_SYSTEM_NAME=Unheard -DPTK_BUILD_TESTS=OFF "$@" \
        >log 2>&1
}

if configure none; then
    cat log
    fail "an unknown system was taken for a known one"
fi
for word in Unheard PTK_PLATFORM linux macos bsd windows posix; do
    grep -q "$word" log || { cat log; fail "the message does not say $word"; }
done
configure posix -DPTK_PLATFORM=posix || { cat log; fail "the platform was named"; }
if configure other -DPTK_PLATFORM=other; then
    cat log
    fail "an unknown platform was accepted"
fi
tr '\n' ' ' <log | grep -q 'linux.*posix' || { cat log; fail "the message does not list the platforms"; }
