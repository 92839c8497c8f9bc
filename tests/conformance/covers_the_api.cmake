# SPDX-License-Identifier: MIT
# Fails when the public header has a function, or a macro of protothreads or events, that no test of the suite uses.
# Called with -DHEADER=<protocol_toolkit.h> -DSUITE=<folder of test_*.c>.

file(READ "${HEADER}" header)
# Comments mention functions as well; only declarations count.
string(REGEX REPLACE "/\\*([^*]|\\*+[^*/])*\\*+/" "" header "${header}")
string(REGEX MATCHALL "(ptk_[a-z0-9_]+ ?\\()|(#define PTK_(PT|EVENT)_[A-Z_]+\\()" names "${header}")

set(suite "")
file(GLOB sources "${SUITE}/test_*.c" "${SUITE}/../harness/support.c")
foreach(source IN LISTS sources)
    file(READ "${source}" text)
    string(APPEND suite "${text}")
endforeach()

set(checked 0)
set(missing "")
list(REMOVE_DUPLICATES names)
foreach(name IN LISTS names)
    string(REGEX REPLACE "(#define )?([A-Za-z0-9_]+) ?\\(" "\\2" name "${name}")
    if(name STREQUAL "PTK_PT_AWAIT" OR name MATCHES "_t$")
        continue() # what the other macros are made of, and types in front of a function pointer
    endif()
    math(EXPR checked "${checked} + 1")
    if(NOT suite MATCHES "[^A-Za-z0-9_]${name}\\(")
        string(APPEND missing "  ${name}\n")
    endif()
endforeach()

# Every function whose first argument is a handle must refuse the bad ones, and leave that as the last error.
file(READ "${SUITE}/test_bad_handle.c" bad_handles)
string(REGEX MATCHALL "ptk_[a-z0-9_]+\\(ptk_handle_t [a-z]" takers "${header}")
set(takers_checked 0)
foreach(name IN LISTS takers)
    string(REGEX REPLACE "\\(.*" "" name "${name}")
    math(EXPR takers_checked "${takers_checked} + 1")
    if(NOT bad_handles MATCHES "[^A-Za-z0-9_]${name}\\(")
        string(APPEND missing "  ${name}, in test_bad_handle.c\n")
    endif()
endforeach()

# The pattern above once had to find about this many; far fewer means that it no longer fits the header.
if(checked LESS 120)
    message(FATAL_ERROR "only ${checked} public names found in ${HEADER}")
endif()
if(takers_checked LESS 36)
    message(FATAL_ERROR "only ${takers_checked} functions of a handle found in ${HEADER}")
endif()
if(missing)
    message(FATAL_ERROR "public, but not used by any conformance test:\n${missing}")
endif()
message(STATUS "${checked} public names are used by the suite")
