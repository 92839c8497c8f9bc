# SPDX-License-Identifier: MIT
# Cross-compiles with Zig's C compiler, which brings headers and libraries of its own for every target here:
#   cmake -S . -B build/mips -DCMAKE_TOOLCHAIN_FILE=cmake/toolchains/zig.cmake -DPTK_ZIG_TARGET=mips-linux-musl
# PTK_ZIG_TARGET is one of those named below. PTK_ZIG is the zig program, by default the one that scripts/get-zig
# installed, or else the one in the PATH; it was tried with version 0.11.0.
# Linux programs are static and run under qemu-user (Debian: qemu-user-static; perl makes up for a part of what it does not
# do), macOS and Windows programs are only linked.

set(PTK_ZIG_TARGET "" CACHE STRING "What Zig compiles for: processor-system-abi")
find_program(PTK_ZIG zig HINTS "${CMAKE_CURRENT_LIST_DIR}/../../build/zig" NO_CMAKE_FIND_ROOT_PATH)
if(NOT PTK_ZIG)
    message(FATAL_ERROR "There is no zig program: run scripts/get-zig, or set PTK_ZIG.")
endif()

if(PTK_ZIG_TARGET STREQUAL "aarch64-linux-musl")
    set(CMAKE_SYSTEM_PROCESSOR aarch64)
    set(ptk_zig_emulator qemu-aarch64-static)
elseif(PTK_ZIG_TARGET STREQUAL "arm-linux-musleabihf")
    set(CMAKE_SYSTEM_PROCESSOR armv7)
    set(ptk_zig_emulator qemu-arm-static)
elseif(PTK_ZIG_TARGET STREQUAL "riscv64-linux-musl")
    set(CMAKE_SYSTEM_PROCESSOR riscv64)
    set(ptk_zig_emulator qemu-riscv64-static)
elseif(PTK_ZIG_TARGET STREQUAL "mips-linux-musl")
    set(CMAKE_SYSTEM_PROCESSOR mips)
    set(ptk_zig_emulator qemu-mips-static)
elseif(PTK_ZIG_TARGET STREQUAL "powerpc-linux-musl")
    set(CMAKE_SYSTEM_PROCESSOR powerpc)
    set(ptk_zig_emulator qemu-ppc-static)
elseif(PTK_ZIG_TARGET STREQUAL "x86_64-macos")
    set(CMAKE_SYSTEM_PROCESSOR x86_64)
elseif(PTK_ZIG_TARGET STREQUAL "aarch64-macos")
    set(CMAKE_SYSTEM_PROCESSOR arm64)
elseif(PTK_ZIG_TARGET STREQUAL "aarch64-windows-gnu")
    set(CMAKE_SYSTEM_PROCESSOR ARM64)
else()
    message(FATAL_ERROR "PTK_ZIG_TARGET is \"${PTK_ZIG_TARGET}\", which is none of those in ${CMAKE_CURRENT_LIST_FILE}.")
endif()

if(PTK_ZIG_TARGET MATCHES "-macos$")
    set(CMAKE_SYSTEM_NAME Darwin)
elseif(PTK_ZIG_TARGET MATCHES "-windows-")
    set(CMAKE_SYSTEM_NAME Windows)
else()
    set(CMAKE_SYSTEM_NAME Linux)
    find_program(PTK_EMULATOR ${ptk_zig_emulator} NO_CMAKE_FIND_ROOT_PATH)
    mark_as_advanced(PTK_EMULATOR)
    if(PTK_EMULATOR)
        set(CMAKE_CROSSCOMPILING_EMULATOR "${PTK_EMULATOR}")
        set(PTK_EMULATOR_SOURCES "${CMAKE_CURRENT_LIST_DIR}/qemu_socket_options.c") # what it is for is said there
    endif()
endif()

# CMake wants one program for each tool, and Zig's caches belong into the build directory, not into the user's home.
# What CMake compiles to examine the compiler is a project of its own, which is given where the tools are.
if(NOT PTK_ZIG_TOOLS)
    set(PTK_ZIG_TOOLS "${CMAKE_BINARY_DIR}/zig")
    set(ptk_zig_environment "ZIG_GLOBAL_CACHE_DIR='${PTK_ZIG_TOOLS}/cache' ZIG_LOCAL_CACHE_DIR='${PTK_ZIG_TOOLS}/cache'")
    foreach(ptk_tool IN ITEMS cc ar ranlib)
        set(ptk_zig_script "#!/bin/sh\n")
        set(ptk_zig_command "${ptk_tool}")
        if(ptk_tool STREQUAL "cc")
            string(APPEND ptk_zig_command " -target ${PTK_ZIG_TARGET}")
        endif()
        if(ptk_tool STREQUAL "cc" AND PTK_ZIG_TARGET MATCHES "-macos$")
            # CMake asks Apple's linker for its version, and Zig's refuses the option.
            string(APPEND ptk_zig_script
                "for argument do\n    shift\n    [ \"$argument\" = -Wl,-v ] || set -- \"$@\" \"$argument\"\ndone\n")
        endif()
        string(APPEND ptk_zig_script "${ptk_zig_environment} exec '${PTK_ZIG}' ${ptk_zig_command} \"$@\"\n")
        file(WRITE "${PTK_ZIG_TOOLS}/${ptk_tool}" "${ptk_zig_script}")
        execute_process(COMMAND chmod +x "${PTK_ZIG_TOOLS}/${ptk_tool}")
    endforeach()
endif()
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PTK_ZIG PTK_ZIG_TARGET PTK_ZIG_TOOLS)

set(CMAKE_C_COMPILER "${PTK_ZIG_TOOLS}/cc")
set(CMAKE_AR "${PTK_ZIG_TOOLS}/ar" CACHE FILEPATH "")
set(CMAKE_RANLIB "${PTK_ZIG_TOOLS}/ranlib" CACHE FILEPATH "")
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
