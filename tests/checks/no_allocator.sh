# The release archives refer to nothing that allocates, resolves names, or prints.
# Usage: no_allocator.sh WORK ARCHIVE...
. "$(dirname -- "$0")/common.sh"
fresh_directory "$1"
shift

allocating='malloc|calloc|realloc|reallocarray|free|cfree|aligned_alloc|posix_memalign|memalign|valloc|pvalloc'
allocating="$allocating|strdup|strndup|asprintf|vasprintf|getline|getdelim|open_memstream|fmemopen|mmap|sbrk|brk"
allocating="$allocating|qsort|scandir|opendir|realpath|getcwd|setenv|putenv|atexit|dlopen"
resolving='getaddrinfo|freeaddrinfo|getnameinfo|gethostby.*|getservby.*|getifaddrs|freeifaddrs|if_nameindex'
printing='.*printf|.*scanf|f?puts|f?putc|putchar|perror|strerror.*|.*syslog|stdin|stdout|stderr|std::.*'
printing="$printing|assert_fail|f(re)?open|fdopen|fclose|fflush|fread|fwrite|fgets|fgetc|getc|getchar|setv?buf|tmpfile|popen"

for archive in "$@"; do
    [ -n "$archive" ] || continue
    machine_code "$archive" code.a
    # Names as the application links them; a hardened build refers to __name_chk.
    nm --undefined-only code.a | awk 'NF == 2 { print $2 }' | sed 's/@.*//; s/^__\(.*\)_chk$/\1/; s/^_*//' | sort -u >names
    [ -s names ] || fail "$archive refers to nothing at all"
    if grep -Ex "$allocating|$resolving|$printing" names; then
        fail "$archive refers to what is listed above"
    fi
    echo "$archive refers only to: $(grep -v '^ptk_' names | tr '\n' ' ')"
done
