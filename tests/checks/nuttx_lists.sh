# SPDX-License-Identifier: MIT
# NuttX' two build systems build the same programs of the same sources, whatever Kconfig has chosen.
# Usage: nuttx_lists.sh SOURCE_DIRECTORY WORK
. "$(dirname -- "$0")/common.sh"
source_directory=$(cd "$1" && pwd)
application=$source_directory/packaging/nuttx
fresh_directory "$2"
command -v make >tools && command -v cmake >>tools || skip "no make or no cmake"

# What its Makefile includes of NuttX, with a target that prints what would be built.
mkdir apps
: >apps/Make.defs
cat >apps/Application.mk <<'END'
print:
	@$(foreach name,$(PROGNAME),echo program $(name);)
	@$(foreach name,$(CSRCS) $(MAINSRC),echo source $(name);)
	@$(foreach name,$(filter-out -DNDEBUG,$(filter -D%,$(CFLAGS))),echo define $(name:-D%=%);)
END

# full_names: the paths of sources as make finds them, in the directories of VPATH.
full_names() {
    while read -r word name; do
        if [ "$word" = source ]; then
            for directory in src/lib src/protocols . tests; do
                [ ! -f "$source_directory/$directory/$name" ] || break
            done
            name=$(cd "$(dirname "$source_directory/$directory/$name")" && pwd)/$(basename "$name")
        fi
        echo "$word $name"
    done
}

# compare NAME PROGRAMS OPTION...: with these options both have the same, so many programs among it.
compare() {
    name=$1 programs=$2
    shift 2
    set -- CONFIG_PTK=y CONFIG_PTK_NUTTX_EVENTS=32 "$@"
    make -s -f "$application/Makefile" APPDIR="$PWD/apps" TOPDIR="$PWD/make" "$@" print >"$name.make.names" 2>log ||
        { cat log >&2; fail "$name: make does not read the Makefile"; }
    full_names <"$name.make.names" | sort -u >"$name.make"
    for option in "$@"; do
        shift
        set -- "$@" "-D$option"
    done
    cmake -S "$source_directory/tests/checks/nuttx_application" -B "$name.build" "-DAPPLICATION=$application" \
        "-DOUTPUT=$PWD/$name.lines" "$@" >log 2>&1 || { cat log >&2; fail "$name: CMake does not read CMakeLists.txt"; }
    sort -u "$name.lines" >"$name.cmake"
    diff "$name.make" "$name.cmake" >difference || fail "$name: Makefile (<) and CMakeLists.txt (>): $(cat difference)"
    [ "$(grep -c '^program' "$name.make")" = "$programs" ] || fail "$name: not $programs programs: $(grep '^program' "$name.make")"
}

compare library 0
modbus='CONFIG_PTK_DEBUG=y CONFIG_PTK_MODBUS=y'
# shellcheck disable=SC2086
compare programs 2 $modbus CONFIG_PTK_MODBUS_PROGRAMS=y CONFIG_PTK_MODBUS_CLIENTS=8
compare conformance 2 CONFIG_PTK_CONFORMANCE=y CONFIG_PTK_CONFORMANCE_SMALL=y
compare conformance_with_interrupts 3 CONFIG_PTK_CONFORMANCE=y CONFIG_SCHED_HPWORK=y
# shellcheck disable=SC2086
compare modbus_tests 1 $modbus CONFIG_PTK_MODBUS_TESTS=y
