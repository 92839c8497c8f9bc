# SPDX-License-Identifier: MIT
# Cross-compiles for Windows with MinGW-w64 (Debian: gcc-mingw-w64-x86-64, gcc-mingw-w64-i686):
#   cmake -S . -B build/windows -DCMAKE_TOOLCHAIN_FILE=cmake/toolchains/mingw.cmake -DPTK_MINGW_PROCESSOR=x86_64
# PTK_MINGW_PROCESSOR is x86_64 or i686. The 64-bit programs run under Wine (Debian: wine64, wine), without a display and
# in a Wine prefix of their own, <build>/wine. scripts/wine.sh makes it and keeps its server alive for a test run.

set(PTK_MINGW_PROCESSOR x86_64 CACHE STRING "x86_64 or i686")
if(NOT PTK_MINGW_PROCESSOR STREQUAL "x86_64" AND NOT PTK_MINGW_PROCESSOR STREQUAL "i686")
    message(FATAL_ERROR "PTK_MINGW_PROCESSOR is \"${PTK_MINGW_PROCESSOR}\"; it must be x86_64 or i686.")
endif()
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PTK_MINGW_PROCESSOR)

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_VERSION 10.0)
set(CMAKE_SYSTEM_PROCESSOR "${PTK_MINGW_PROCESSOR}")
set(CMAKE_C_COMPILER "${PTK_MINGW_PROCESSOR}-w64-mingw32-gcc")
set(CMAKE_CXX_COMPILER "${PTK_MINGW_PROCESSOR}-w64-mingw32-g++")

# Wine with its own idea of a display only: no X server is looked for, no dialog is shown when a program crashes, and the
# parts that would install a browser engine or a .NET are left out.
find_program(PTK_WINE wine NO_CMAKE_FIND_ROOT_PATH)
mark_as_advanced(PTK_WINE)
if(PTK_WINE AND PTK_MINGW_PROCESSOR STREQUAL "x86_64")
    set(CMAKE_CROSSCOMPILING_EMULATOR
        env -u DISPLAY WINEDEBUG=-all "WINEPREFIX=${CMAKE_BINARY_DIR}/wine" "WINEDLLOVERRIDES=mscoree,mshtml=" "${PTK_WINE}")
endif()

set(CMAKE_FIND_ROOT_PATH "/usr/${PTK_MINGW_PROCESSOR}-w64-mingw32")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
