# SPDX-License-Identifier: MIT
# Cross-compiles the tests of the FreeRTOS port for a processor without a system, and runs them under QEMU (Debian:
# gcc-arm-none-eabi, libnewlib-arm-none-eabi, gcc-riscv64-unknown-elf, picolibc-riscv64-unknown-elf, qemu-system-arm,
# qemu-system-misc):
#   cmake -S . -B build/cortex-m3 -DCMAKE_TOOLCHAIN_FILE=cmake/toolchains/bare.cmake -DPTK_BARE_PROCESSOR=cortex-m3 \
#       -DPTK_PLATFORM=freertos -DPTK_FREERTOS_STAND_IN=bare
# PTK_BARE_PROCESSOR is cortex-m3 (the machine mps2-an385), cortex-m0 (microbit, with 16 KB of RAM), rv32imac or rv32ic
# (virt).

set(PTK_BARE_PROCESSOR cortex-m3 CACHE STRING "cortex-m3, cortex-m0, rv32imac or rv32ic")
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PTK_BARE_PROCESSOR)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY) # a program needs a linker script

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR "${PTK_BARE_PROCESSOR}")
if(PTK_BARE_PROCESSOR STREQUAL "cortex-m3" OR PTK_BARE_PROCESSOR STREQUAL "cortex-m0")
    set(CMAKE_C_COMPILER arm-none-eabi-gcc)
    set(CMAKE_C_FLAGS_INIT "-mcpu=${PTK_BARE_PROCESSOR} -mthumb --specs=nano.specs")
elseif(PTK_BARE_PROCESSOR STREQUAL "rv32imac" OR PTK_BARE_PROCESSOR STREQUAL "rv32ic")
    set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
    # By the older specification the instructions for the status registers are part of I.
    set(CMAKE_C_FLAGS_INIT "-march=${PTK_BARE_PROCESSOR} -mabi=ilp32 -misa-spec=2.2 --specs=picolibc.specs")
else()
    message(FATAL_ERROR
        "PTK_BARE_PROCESSOR is \"${PTK_BARE_PROCESSOR}\"; it must be cortex-m3, cortex-m0, rv32imac or rv32ic.")
endif()

set(CMAKE_CROSSCOMPILING_EMULATOR
    sh "${CMAKE_CURRENT_LIST_DIR}/../../tests/freertos/bare/run.sh" "${PTK_BARE_PROCESSOR}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
