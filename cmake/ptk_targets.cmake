# SPDX-License-Identifier: MIT
# How our own targets are compiled. Nothing here touches a global flag or a target of another project.

include(CheckCCompilerFlag)

if(MSVC)
    # Without the warnings of what C99 has and C90 had not (4204, 4221), and of constants in conditions (4127).
    set(ptk_warning_flags /W4 /wd4127 /wd4204 /wd4221)
    set(ptk_warning_error_flag /WX)
else()
    set(ptk_warning_flags
        -pedantic -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
        -Wundef -Wcast-align -Wformat=2 -Wold-style-definition)
    set(ptk_warning_error_flag -Werror)
endif()
if(PTK_WARNINGS_AS_ERRORS)
    list(APPEND ptk_warning_flags ${ptk_warning_error_flag})
endif()

# Strict warnings, and C99, for everything of ours that is not a library: link it privately.
add_library(ptk_warnings INTERFACE)
target_compile_options(ptk_warnings INTERFACE "$<$<COMPILE_LANGUAGE:C>:${ptk_warning_flags}>")
if(MSVC)
    target_compile_definitions(ptk_warnings INTERFACE _CRT_SECURE_NO_WARNINGS) # it warns of fopen() and its like
endif()

# Size flags of MinSizeRel. Without unwind tables, a quarter of the archive, because nothing may be thrown through C
# code. LTO only with fat objects: the archive then holds machine code as well, and links with any
# consumer, with and without LTO. -Werror because Clang only warns about an LTO flag that it does not have.
set(ptk_size_flags "")
if(NOT MSVC)
    set(ptk_size_flags
        -Os -ffunction-sections -fdata-sections -fno-unwind-tables -fno-asynchronous-unwind-tables)
    set(CMAKE_REQUIRED_QUIET ON)
    check_c_compiler_flag("-Werror -flto -ffat-lto-objects" PTK_COMPILER_HAS_FAT_LTO)
    unset(CMAKE_REQUIRED_QUIET)
    if(PTK_COMPILER_HAS_FAT_LTO AND PTK_LTO)
        list(APPEND ptk_size_flags -flto -ffat-lto-objects)
    endif()
endif()

if(PTK_SANITIZE)
    set(ptk_sanitizer_flags "-fsanitize=${PTK_SANITIZE}" -fno-omit-frame-pointer)
    if(PTK_SANITIZE MATCHES "undefined")
        list(APPEND ptk_sanitizer_flags -fno-sanitize-recover=undefined)
    endif()
endif()

# ptk_configure_library(target)
#
# Compiles a library of ours the way all of them are compiled: C99, warnings, the size flags of MinSizeRel, sanitizers.
# The flags are the target's own; only sanitizers reach those who link it, and only inside the build.
function(ptk_configure_library target)
    set_target_properties(${target} PROPERTIES C_STANDARD 99 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
    target_compile_options(${target} PRIVATE ${ptk_warning_flags} "$<$<CONFIG:MinSizeRel>:${ptk_size_flags}>")
    target_compile_definitions(${target} PRIVATE "$<$<CONFIG:MinSizeRel>:NDEBUG>")
    # GCC names sections for LTO at random, unless it gets a seed. With the same name two builds are the same.
    if(PTK_COMPILER_HAS_FAT_LTO)
        get_target_property(sources ${target} SOURCES)
        foreach(source IN LISTS sources)
            set_property(SOURCE "${source}" APPEND PROPERTY COMPILE_OPTIONS "-frandom-seed=${source}")
        endforeach()
    endif()
    if(PTK_SANITIZE)
        target_compile_options(${target} PUBLIC "$<BUILD_INTERFACE:${ptk_sanitizer_flags}>")
        target_link_options(${target} PUBLIC "$<BUILD_INTERFACE:${ptk_sanitizer_flags}>")
    endif()
    if(PTK_COVERAGE) # last, so that nothing is optimised away; atomic, for several threads count
        target_compile_options(${target} PRIVATE --coverage -fprofile-update=atomic -O0)
        target_link_options(${target} PUBLIC "$<BUILD_INTERFACE:--coverage>")
    endif()
endfunction()

# ptk_add_program(name source... [LIBRARIES library...])
#
# Adds an example or test program: C99, strict warnings, linked with ptk::ptk and the libraries that are named, and with
# PTK_EMULATOR_SOURCES, by which a toolchain file makes up for what its emulator does wrong.
function(ptk_add_program name)
    cmake_parse_arguments(program "" "" "LIBRARIES" ${ARGN})
    add_executable(${name} ${program_UNPARSED_ARGUMENTS} ${PTK_EMULATOR_SOURCES})
    set_target_properties(${name} PROPERTIES C_STANDARD 99 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
    target_link_libraries(${name} PRIVATE ${program_LIBRARIES} ptk::ptk ptk_warnings)
endfunction()
