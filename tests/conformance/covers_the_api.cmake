# Fails when the public header has a function or a protothread macro that no test of the suite uses.
# Called with -DHEADER=<protocol_toolkit.h> -DSUITE=<folder of test_*.c>.

file(READ "${HEADER}" header)
# Comments mention functions as well; only declarations count.
string(REGEX REPLACE "/\\*([^*]|\\*+[^*/])*\\*+/" "" header "${header}")
string(REGEX MATCHALL "(ptk_[a-z0-9_]+ ?\\()|(#define PTK_PT_[A-Z_]+\\()" names "${header}")

set(suite "")
file(GLOB sources "${SUITE}/test_*.c" "${SUITE}/support.c")
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

# The pattern above once had to find about this many; far fewer means that it no longer fits the header.
if(checked LESS 120)
    message(FATAL_ERROR "only ${checked} public names found in ${HEADER}")
endif()
if(missing)
    message(FATAL_ERROR "public, but not used by any conformance test:\n${missing}")
endif()
message(STATUS "${checked} public names are used by the suite")
