# SPDX-License-Identifier: MIT
# NuttX: its own build system builds the library as an application, see packaging/nuttx. This is for another project's
# CMake, which gives the directories of NuttX' headers, and for the library's own tests.

set(PTK_NUTTX_INCLUDE_DIRECTORIES "" CACHE STRING "NuttX' include directory, and what else its headers need")
option(PTK_NUTTX_STAND_IN "For the library's own tests on Linux: threads in place of NuttX' kernel" OFF)

if(PTK_NUTTX_STAND_IN AND NOT TARGET nuttx_kernel)
    add_subdirectory("${PROJECT_SOURCE_DIR}/tests/nuttx" "${PROJECT_BINARY_DIR}/tests/nuttx_kernel")
endif()

# ptk_link_nuttx(target): links the stand-in, or finds the headers in the directories.
function(ptk_link_nuttx target)
    if(TARGET nuttx_kernel)
        target_link_libraries(${target} PUBLIC nuttx_kernel)
        # Linux tells a reset from the end of a stream, and a peer's scope; its headers show more than C99 on demand.
        target_compile_definitions(${target} PRIVATE PTK_RECEIVE_TELLS_RESET=1 PTK_TELLS_IPV6_SCOPE=1 _GNU_SOURCE)
    elseif(NOT PTK_NUTTX_INCLUDE_DIRECTORIES)
        message(FATAL_ERROR "PTK_PLATFORM nuttx is built by NuttX, see packaging/nuttx; otherwise set "
            "PTK_NUTTX_INCLUDE_DIRECTORIES to the directories of its headers.")
    endif()
    # SYSTEM: the warnings of their headers are not ours to mend.
    target_include_directories(${target} SYSTEM PUBLIC ${PTK_NUTTX_INCLUDE_DIRECTORIES})
endfunction()
