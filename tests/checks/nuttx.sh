# SPDX-License-Identifier: MIT
# The port for NuttX compiles against declarations of the calls that it uses, for every processor that there is a compiler
# for, and refers to nothing else: as an application of a flat build, and of one where applications may not call the kernel.
# Usage: nuttx.sh SOURCE_DIRECTORY WORK
. "$(dirname -- "$0")/common.sh"
fresh_directory "$2"
source_directory=$1
declarations=$source_directory/tests/declarations/nuttx

system='accept4 bind close connect epoll_create1 epoll_ctl epoll_wait eventfd getpeername getsockname getsockopt htonl htons
    if_indextoname ioctl listen ntohs read recv recvfrom send sendto setsockopt shutdown socket __errno clock_gettime nanosleep
    pthread_attr_destroy pthread_attr_init pthread_attr_setstack pthread_create pthread_join pthread_self'
flat='enter_critical_section file_get file_put file_write leave_critical_section up_interrupt_context work_cancel_sync
    work_queue'
protected='pthread_mutex_init pthread_mutex_lock pthread_mutex_unlock write'

# look NAME NM LISTED COMPILER OPTION...: compiles core and the port, and compares what they refer to with the lists.
look() {
    name=$1 nm=$2 more=$3
    shift 3
    mkdir "$name"
    include=$("$@" -print-file-name=include)
    cd "$source_directory/src/lib"
    for source in core/[!d]*.c core/diagnose.c sockets/*.c nuttx/*.c unix/posix_socket_option.c unix/posix_thread.c; do
        case $source in core/diagnose.c | */nuttx_log.c) continue ;; esac # of a Debug library
        "$@" -std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror -Os \
            -DNDEBUG -ffreestanding -nostdinc -isystem "$include" -isystem "$declarations/posix" -isystem "$declarations" \
            -I "$source_directory/src/include/nuttx" -I . -I nuttx -c "$source" \
            -o "$OLDPWD/$name/$(basename "$source" .c).o" || fail "$name: $source does not compile"
    done
    cd "$OLDPWD"
    references "$name" "$nm" \
        | grep -vE '^(mem(cmp|cpy|move|set)|strlen|strchr|_GLOBAL_OFFSET_TABLE_|__aeabi_.*|__atomic_.*)$' > "$name/refers"
    # shellcheck disable=SC2086
    printf '%s\n' $system $more | sort | diff - "$name/refers" > "$name/difference" \
        || fail "$name: what is listed (<) and what is referred to (>): $(cat "$name/difference")"
}

look host nm "$flat" cc
look host_protected nm "$protected" cc -DDECLARATIONS_NUTTX_PROTECTED
if command -v arm-none-eabi-gcc >/dev/null; then
    look m3 arm-none-eabi-nm "$flat" arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb
    look m3_protected arm-none-eabi-nm "$protected" arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -DDECLARATIONS_NUTTX_PROTECTED
fi
