# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Wine for a test run; sourced after common.sh. POSIX shell.
#
# The programs of a MinGW build find their prefix, <build>/wine, by their emulator's command (cmake/toolchains/mingw.cmake).
# One server for the whole run saves each program the start of one.

wine_prefix=''

# wine_do COMMAND...: with the environment that the tests have. Prints the command.
wine_do() {
    show env -u DISPLAY WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml= WINEPREFIX="$wine_prefix" "$@"
}

# wine_start BUILD: makes the prefix if it is not there, and starts its server.
wine_start() {
    mkdir -p "$1/wine"
    wine_prefix=$(CDPATH='' cd -- "$1/wine" && pwd)
    say "Starting Wine in $1/wine"
    wine_do wineserver --persistent && wine_do wineboot --init
}

# wine_stop: ends the server and every program of the prefix.
wine_stop() {
    if [ -n "$wine_prefix" ]; then
        say "Ending Wine"
        wine_do wineserver --kill || true
        wine_do wineserver --wait || true
        wine_prefix=''
    fi
}
