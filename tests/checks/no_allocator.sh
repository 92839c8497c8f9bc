# SPDX-License-Identifier: MIT
# A release archive refers to nothing that allocates, resolves names, or prints.
# Usage: no_allocator.sh ARCHIVE WORK
. "$(dirname -- "$0")/common.sh"
fresh_directory "$2"

allocating='malloc|calloc|realloc|reallocarray|free|cfree|aligned_alloc|posix_memalign|memalign|valloc|pvalloc'
allocating="$allocating|strdup|strndup|asprintf|vasprintf|getline|getdelim|open_memstream|fmemopen|mmap|sbrk|brk"
allocating="$allocating|qsort|scandir|opendir|realpath|getcwd|setenv|putenv|atexit|dlopen"
resolving='getaddrinfo|freeaddrinfo|getnameinfo|gethostby.*|getservby.*|getifaddrs|freeifaddrs|if_nameindex'
printing='.*printf|.*scanf|f?puts|f?putc|putchar|perror|strerror.*|.*syslog|stdin|stdout|stderr'
printing="$printing|assert_fail|f(re)?open|fdopen|fclose|fflush|fread|fwrite|fgets|fgetc|getc|getchar|setv?buf|tmpfile|popen"

# Names as the application links them; a hardened build refers to __name_chk.
machine_code "$1" code.a
nm --undefined-only code.a | awk 'NF == 2 { print $2 }' | sed 's/@.*//; s/^__\(.*\)_chk$/\1/; s/^_*//' | sort -u >names
[ -s names ] || fail "the archive refers to nothing at all"
if grep -Ex "$allocating|$resolving|$printing" names; then
    fail "the archive refers to what is listed above"
fi
echo "it refers only to: $(grep -v '^ptk_' names | tr '\n' ' ')"
