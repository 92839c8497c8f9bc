# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# What the scripts share; sourced, not run. POSIX shell.

project_directory=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

say() {
    printf '\n==> %s\n' "$*"
}

fail() {
    printf '\nFAILED: %s\n' "$*" >&2
    exit 1
}

# show COMMAND...: prints the command line, then runs it.
show() {
    printf '$ %s\n' "$*"
    "$@"
}

# processors: how many this machine has.
processors() {
    getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2
}

# build_quietly BUILD "TARGETS" CMAKE_ARGUMENT...: configures and builds. What that prints goes to BUILD.log, and is shown
# if it fails.
build_quietly() {
    quiet_build=$1 quiet_targets=$2
    shift 2
    mkdir -p "$(dirname "$quiet_build")"
    # shellcheck disable=SC2086
    { cmake -S . -B "$quiet_build" "$@" && cmake --build "$quiet_build" --target $quiet_targets; } >"$quiet_build.log" 2>&1 \
        || { cat "$quiet_build.log" >&2; fail "building $quiet_build"; }
}

# update_section PAGE NAME: what stands between <!-- NAME --> and <!-- /NAME --> in the page becomes the standard input.
update_section() {
    section_page=$(mktemp)
    # awk reads the new text from standard input, "-", at the mark.
    awk -v mark="$2" '
        $0 == "<!-- /" mark " -->" { inside = 0; ends++ }
        !inside { print }
        $0 == "<!-- " mark " -->" { inside = 1; begins++; while ((getline line <"-") > 0) print line }
        END { exit begins != 1 || ends != 1 }' "$1" >"$section_page" || fail "$1: there is no section <!-- $2 -->"
    if cmp -s "$1" "$section_page"; then
        echo "$1: $2 is as it was"
    else
        cat "$section_page" >"$1"
        echo "$1: $2 updated"
    fi
    rm -f "$section_page"
}

# is_running PID: a process that ended and was not waited for yet does not count.
is_running() {
    case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) in '' | Z*) return 1 ;; esac
}

# is_present ITEM: an item is "command:package", or "package" where there is no command to look for.
is_present() {
    case $1 in
        *:*) command -v "${1%%:*}" >/dev/null 2>&1 ;;
        *) [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ;;
    esac
}

# need ITEM...: installs the packages of what is missing. Nothing is touched when nothing is missing.
need() {
    missing=''
    for item in "$@"; do
        is_present "$item" || missing="$missing ${item#*:}"
    done
    [ -n "$missing" ] || return 0

    command -v apt-get >/dev/null 2>&1 || fail "missing:$missing (and there is no apt-get here to install them with)"
    as_root=''
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null 2>&1 || fail "missing:$missing (run this as root, or install sudo)"
        as_root=sudo
    fi
    say "Installing:$missing"
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q || fail "apt-get update"
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing \
        || fail "apt-get install$missing"
}

# What every build needs.
need_compiler() {
    need cmake:cmake ninja:ninja-build gcc:gcc ar:binutils libc6-dev
}
