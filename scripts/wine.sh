# Wine for a test run; sourced after common.sh. POSIX shell.
#
# The programs of a MinGW build find their prefix, <build>/wine, by their emulator's command (cmake/toolchains/mingw.cmake).
# One server for the whole run saves each program the start of one.

wine_prefix=''

# in_wine COMMAND...: with the environment that the tests have.
in_wine() {
    env -u DISPLAY WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml= WINEPREFIX="$wine_prefix" "$@"
}

# wine_start BUILD: makes the prefix if it is not there, and starts its server.
wine_start() {
    mkdir -p "$1/wine"
    wine_prefix=$(CDPATH='' cd -- "$1/wine" && pwd)
    say "Starting Wine in $1/wine"
    show in_wine wineserver --persistent || return 1
    show in_wine wineboot --init >"$1/wineboot.log" 2>&1 || { cat "$1/wineboot.log"; return 1; }
}

# wine_stop: ends the server and every program of the prefix.
wine_stop() {
    if [ -n "$wine_prefix" ]; then
        in_wine wineserver --kill 2>/dev/null || true
        in_wine wineserver --wait 2>/dev/null || true
        wine_prefix=''
    fi
}
