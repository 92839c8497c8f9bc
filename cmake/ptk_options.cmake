# SPDX-License-Identifier: MIT
# What can be chosen: build type, options and compile-time limits. Everything is checked here, once.

option(PTK_BUILD_TESTS "Build the tests and checks" ${ptk_is_top_level})
option(PTK_BUILD_EXAMPLES "Build the examples" ${ptk_is_top_level})
option(PTK_BUILD_MODBUS "Configure the Modbus TCP library ptk::modbus" ON)
option(PTK_WARNINGS_AS_ERRORS "Let a compiler warning in our own files end the build" OFF)
option(PTK_LTO "Put code for link-time optimisation beside the machine code of a MinSizeRel archive" ON)
set(PTK_SANITIZE "" CACHE STRING "Sanitizers for our own targets: empty, \"address,undefined\" or \"thread\"")
set_property(CACHE PTK_SANITIZE PROPERTY STRINGS "" "address,undefined" "thread")

if(NOT PTK_SANITIZE STREQUAL "" AND NOT PTK_SANITIZE STREQUAL "address,undefined" AND NOT PTK_SANITIZE STREQUAL "thread")
    message(FATAL_ERROR "PTK_SANITIZE is \"${PTK_SANITIZE}\"; it must be empty, \"address,undefined\" or \"thread\".")
endif()

option(PTK_COVERAGE "Count which lines and branches of our libraries are executed, for scripts/coverage; needs GCC" OFF)
mark_as_advanced(PTK_COVERAGE)

# Such an archive links only with programs of its kind, so by default it is not offered for installation.
if(ptk_is_top_level AND PTK_SANITIZE STREQUAL "" AND NOT PTK_COVERAGE)
    option(PTK_INSTALL "Make install and package rules" ON)
else()
    option(PTK_INSTALL "Make install and package rules" OFF)
endif()

# There are two build types, each tested. A parent's build types are the parent's business.
if(ptk_is_top_level)
    get_property(ptk_is_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
    if(ptk_is_multi_config)
        set(CMAKE_CONFIGURATION_TYPES Debug MinSizeRel)
    else()
        if(NOT CMAKE_BUILD_TYPE)
            set(CMAKE_BUILD_TYPE MinSizeRel CACHE STRING "Debug or MinSizeRel" FORCE)
        endif()
        set_property(CACHE CMAKE_BUILD_TYPE PROPERTY STRINGS Debug MinSizeRel)
        if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug" AND NOT CMAKE_BUILD_TYPE STREQUAL "MinSizeRel")
            message(FATAL_ERROR "CMAKE_BUILD_TYPE is \"${CMAKE_BUILD_TYPE}\"; it must be Debug or MinSizeRel.")
        endif()
    endif()
endif()

# ptk_compile_time_limit(name default minimum maximum description)
#
# Declares a cache variable, checks it, and adds it to ptk_compile_time_limits. The struct layouts of the public header
# depend on these values, so they become public definitions of the library and travel with the installed package.
set(ptk_compile_time_limits "")
function(ptk_compile_time_limit name default minimum maximum description)
    set(${name} ${default} CACHE STRING "${description}, ${minimum} to ${maximum}")
    # At most nine digits, so that the comparison below cannot overflow.
    if(NOT "${${name}}" MATCHES "^(0|[1-9][0-9]?[0-9]?[0-9]?[0-9]?[0-9]?[0-9]?[0-9]?[0-9]?)$"
       OR ${name} LESS minimum OR ${name} GREATER maximum)
        message(FATAL_ERROR "${name} is \"${${name}}\"; it must be a whole number from ${minimum} to ${maximum}.")
    endif()
    set(ptk_compile_time_limits ${ptk_compile_time_limits} "${name}=${${name}}" PARENT_SCOPE)
endfunction()

ptk_compile_time_limit(PTK_EVENT_LOOP_MAX_WAIT_MS 10 1 60000 "Longest wait of one ptk_event_loop_run() pass in ms")
ptk_compile_time_limit(PTK_USER_EVENT_QUEUE_SIZE 8 1 32768 "Raised events that one user event source holds")
ptk_compile_time_limit(PTK_USER_EVENT_HANDLERS 8 1 255 "Different events that one user event source can handle")
ptk_compile_time_limit(PTK_LOG_LEVEL 2 0 4 "What a Debug library logs: 0 nothing, 1 errors, 2 warnings, 3 info, 4 all")
ptk_compile_time_limit(PTK_SLOW_HANDLER_MS 100 0 60000 "A Debug library logs a handler that runs so many ms, 0 none")
