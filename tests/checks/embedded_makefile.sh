# SPDX-License-Identifier: MIT
# The lines for a Makefile in docs/embedded.md compile the library with each network, and no function of it is missing.
# Usage: embedded_makefile.sh SOURCE_DIRECTORY WORK
. "$(dirname -- "$0")/common.sh"
source_directory=$1
fresh_directory "$2"
command -v make >/dev/null && command -v arm-none-eabi-gcc >/dev/null || skip "no make or no arm-none-eabi-gcc"
headers=/usr/include/lwip # Debian's liblwip-dev
[ -f $headers/lwip/sockets.h ] || skip "no lwIP in $headers"

sed -n '/^### In a Makefile/,/^###* [^I]/s/^    //p' "$source_directory/docs/embedded.md" >Makefile
[ "$(wc -l <Makefile)" -ge 10 ] || fail "the page has no such lines"
# Each object's name is that of its source: none is there twice.
printf 'objects: $(notdir $(PTK_SOURCES:.c=.o))\nVPATH := $(sort $(dir $(PTK_SOURCES)))\n' >>Makefile

# build NETWORK CPPFLAGS: whatever the library refers to of its own is among the objects. lwip is what the page has.
build() {
    mkdir "$1"
    network="NETWORK=$1"
    [ "$1" != lwip ] || network=
    # shellcheck disable=SC2086
    make -C "$1" -f ../Makefile CC='arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb' \
        PTK="$source_directory" $network TARGET_CPPFLAGS="$2" \
        COMPILE.c='$(CC) -Wall -Wextra -Werror $(CFLAGS) $(CPPFLAGS) $(TARGET_CPPFLAGS) -c' objects >"$1.log" 2>&1 ||
        { cat "$1.log" >&2; fail "with $1 it does not compile"; }
    references "$1" arm-none-eabi-nm | grep '^ptk_' >"$1.missing" || true
    [ "$1" = none ] && sed -i '/^ptk_port_socket_/d' "$1.missing" # as the page says
    [ ! -s "$1.missing" ] || fail "with $1 there is no $(tr '\n' ' ' <"$1.missing")"
}

kernel="-I $source_directory/tests/freertos/declarations -I $source_directory/tests/freertos/bare"
lwip="-D_POSIX_C_SOURCE=200809L -isystem $headers -I $source_directory/bench/embedded/lwip -I $source_directory/examples/freertos/lwip"
build none "$kernel"
build lwip "$kernel $lwip"
build lwip_select "$kernel $lwip"
build plus_tcp "$kernel -I $source_directory/tests/freertos/declarations/plus_tcp"
