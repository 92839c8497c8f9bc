# SPDX-License-Identifier: MIT
# Tests need programs of others. What a machine does not have is no reason not to test the rest: such tests are left out,
# and one line at the end of the configuration says what is missing. scripts/test insists on all of it.

option(PTK_REQUIRE_TEST_TOOLS "End the configuration when a program or library that a test needs is missing" OFF)

set_property(GLOBAL PROPERTY ptk_missing_test_tools "")

# ptk_miss_test_tool(name)
function(ptk_miss_test_tool name)
    get_property(missing GLOBAL PROPERTY ptk_missing_test_tools)
    if(NOT name IN_LIST missing)
        set_property(GLOBAL APPEND PROPERTY ptk_missing_test_tools "${name}")
    endif()
endfunction()

# ptk_find_test_tool(variable program [directory...])
#
# Sets the cache variable to the program's path, or to something false, and remembers that it is missing. It is looked for
# in the PATH, as by the scripts, and in the directories.
function(ptk_find_test_tool variable program)
    find_program(${variable} ${program} PATHS ENV PATH ${ARGN} NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
    mark_as_advanced(${variable})
    if(NOT ${variable})
        ptk_miss_test_tool(${program})
    endif()
endfunction()

# ptk_report_test_tools(): the one line.
function(ptk_report_test_tools)
    get_property(missing GLOBAL PROPERTY ptk_missing_test_tools)
    if(missing)
        list(JOIN missing ", " names)
        if(PTK_REQUIRE_TEST_TOOLS)
            message(FATAL_ERROR "Missing for the tests: ${names}.")
        endif()
        message(STATUS "Tests, or parts of them, are left out because this is missing: ${names}")
    endif()
endfunction()
