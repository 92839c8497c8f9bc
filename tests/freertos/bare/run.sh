# SPDX-License-Identifier: MIT
# Runs a program of the bare tests under QEMU. Its output is ours, and so is its exit status.
# Usage: run.sh PROCESSOR PROGRAM [ARGUMENT]
set -eu
case $1 in
    cortex-m3) machine='qemu-system-arm -M mps2-an385' ;;
    cortex-m0) machine='qemu-system-arm -M microbit' ;;
    rv32imac) machine='qemu-system-riscv32 -M virt -bios none' ;;
    rv32ic) machine='qemu-system-riscv32 -M virt -bios none -cpu rv32,m=false,a=false,f=false,d=false' ;;
    *)
        echo "run.sh: unknown processor $1" >&2
        exit 2
        ;;
esac
semihosting="enable=on,target=native,chardev=output,arg=program${3:+,arg=$3}"
# shellcheck disable=SC2086
exec $machine -display none -monitor none -serial none -parallel none -chardev stdio,id=output \
    -semihosting-config "$semihosting" -kernel "$2" </dev/null
