# SPDX-License-Identifier: MIT
# A program that was linked for another system says so in its first bytes.
# Usage: linked_program.sh FORMAT PROGRAM
. "$(dirname -- "$0")/common.sh"

# bytes_at OFFSET COUNT: in hexadecimal, as they lie in the file.
bytes_at() {
    od -A n -t x1 -j "$1" -N "$2" "$program" | tr -d ' \n'
}

# macho PROCESSOR: mach/machine.h and mach-o/loader.h: MH_MAGIC_64, the processor's type, MH_EXECUTE.
macho() {
    [ "$(bytes_at 0 4)" = cffaedfe ] || fail "$program is no 64-bit Mach-O file"
    [ "$(bytes_at 4 4)" = "$1" ] || fail "$program is for processor $(bytes_at 4 4), not $1"
    [ "$(bytes_at 12 4)" = 02000000 ] || fail "$program is no executable"
}

# pe MACHINE: PE format specification: the word at 0x3c is the offset of the signature, which the machine's word follows.
pe() {
    [ "$(bytes_at 0 2)" = 4d5a ] || fail "$program does not begin as an .exe file"
    signature=$(od -A n -t u4 -j 60 -N 4 "$program" | tr -d ' ')
    [ "$(bytes_at "$signature" 4)" = 50450000 ] || fail "$program has no PE signature"
    [ "$(bytes_at $((signature + 4)) 2)" = "$1" ] || fail "$program is for another processor"
}

program=$2
[ -s "$program" ] || fail "there is no $program"
case $1 in
    macho-x86_64) macho 07000001 ;;
    macho-arm64) macho 0c000001 ;;
    pe-x86_64) pe 6486 ;;
    pe-i686) pe 4c01 ;;
    pe-ARM64) pe 64aa ;;
    *) fail "no such format: $1" ;;
esac
