# SPDX-License-Identifier: MIT
# Selects the platform and puts its header, and only that one, where everything finds it.

set(ptk_platforms linux macos bsd windows posix freertos esp_idf nuttx sim zephyr)
# On these the library is a part of the application's project: no POSIX threads are asked for, and nothing is installed.
set(ptk_rtos_platforms freertos esp_idf nuttx zephyr)

if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    set(ptk_detected_platform linux)
elseif(CMAKE_SYSTEM_NAME STREQUAL "Darwin")
    set(ptk_detected_platform macos)
elseif(CMAKE_SYSTEM_NAME MATCHES "BSD$|^DragonFly$")
    set(ptk_detected_platform bsd)
elseif(CMAKE_SYSTEM_NAME STREQUAL "Windows")
    set(ptk_detected_platform windows)
else()
    set(ptk_detected_platform "")
endif()

set(PTK_PLATFORM "${ptk_detected_platform}" CACHE STRING "Platform, a directory of src/include")
set_property(CACHE PTK_PLATFORM PROPERTY STRINGS ${ptk_platforms})

list(JOIN ptk_platforms ", " ptk_platform_names)
if(NOT PTK_PLATFORM)
    message(FATAL_ERROR "CMAKE_SYSTEM_NAME is \"${CMAKE_SYSTEM_NAME}\", which is not known. Set PTK_PLATFORM to what it "
        "is like: ${ptk_platform_names}; posix is any POSIX system that has select().")
endif()

set(ptk_platform_header "${PROJECT_SOURCE_DIR}/src/include/${PTK_PLATFORM}/protocol_toolkit.h")
if(NOT PTK_PLATFORM IN_LIST ptk_platforms OR NOT EXISTS "${ptk_platform_header}")
    message(FATAL_ERROR "There is no port for PTK_PLATFORM \"${PTK_PLATFORM}\"; there is ${ptk_platform_names}.")
endif()

# ptk_write_header(source destination limit=value...)
#
# Copies a public header with the values of the compile-time limits in it, so that a program that includes the copy has
# those of the archive without any definition, and one that defines others does not compile. A file that is right already
# stays as it is; an edit of the source is copied by the next build.
function(ptk_write_header source destination)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
    file(READ "${source}" header)
    foreach(limit IN LISTS ARGN)
        string(REGEX REPLACE "=.*" "" name "${limit}")
        string(REGEX REPLACE ".*=" "" value "${limit}")
        if(NOT header MATCHES "#ifndef ${name}\n#define ${name} [0-9]+( [^\n]*)\n#endif\n")
            message(FATAL_ERROR "${source} does not define ${name} as a limit is defined.")
        endif()
        string(REPLACE "${CMAKE_MATCH_0}" "#ifndef ${name}\n#define ${name} ${value}${CMAKE_MATCH_1}\n#elif ${name} != ${value}\n\
#error \"${name} is not what the archive was built with, ${value}\"\n#endif\n" header "${header}")
    endforeach()
    set(present "")
    if(EXISTS "${destination}")
        file(READ "${destination}" present)
    endif()
    if(NOT present STREQUAL header)
        file(WRITE "${destination}" "${header}")
    endif()
endfunction()

set(ptk_is_rtos OFF)
set(ptk_needs_threads OFF)
if(PTK_PLATFORM IN_LIST ptk_rtos_platforms)
    set(ptk_is_rtos ON)
    set(PTK_INSTALL OFF)
elseif(NOT PTK_PLATFORM STREQUAL "windows")
    set(ptk_needs_threads ON)
endif()

set(ptk_include_directory "${PROJECT_BINARY_DIR}/include")
ptk_write_header("${ptk_platform_header}" "${ptk_include_directory}/protocol_toolkit.h" ${ptk_compile_time_limits})
