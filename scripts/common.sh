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
