# SPDX-License-Identifier: MIT
# Reads ESP-IDF's component without ESP-IDF, and writes what it would compile: "source FILE", "directory DIRECTORY",
# "option OPTION", "requires COMPONENT". Usage: cmake [-DCONFIG_...=...] -DCOMPONENT=DIRECTORY -DOUTPUT=FILE -P this
include("${CMAKE_CURRENT_LIST_DIR}/write_lines.cmake")

# idf_component_register(): as the build system's, of which nothing else is used.
macro(idf_component_register)
    cmake_parse_arguments(component "" "" "SRCS;INCLUDE_DIRS;PRIV_INCLUDE_DIRS;REQUIRES;PRIV_REQUIRES" ${ARGN})
    if(component_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "idf_component_register: ${component_UNPARSED_ARGUMENTS}")
    endif()
    write_lines(source ${component_SRCS})
    write_lines(directory ${component_INCLUDE_DIRS} ${component_PRIV_INCLUDE_DIRS})
    write_lines(requires ${component_REQUIRES} ${component_PRIV_REQUIRES})
    set(COMPONENT_LIB __idf_ptk)
endmacro()

function(target_compile_definitions target scope)
    list(TRANSFORM ARGN PREPEND "-D" OUTPUT_VARIABLE options)
    write_lines(option ${options})
endfunction()

function(target_compile_options target scope)
    write_lines(option ${ARGN})
endfunction()

include("${COMPONENT}/CMakeLists.txt")
