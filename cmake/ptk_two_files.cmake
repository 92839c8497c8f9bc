# SPDX-License-Identifier: MIT
# With PTK_TWO_FILES the libraries are built from the two files of scripts/amalgamate, so that all tests can run with them.
# ptk::ptk then has Modbus, too, and ptk::modbus is empty.

set(ptk_two_files_directory "${PROJECT_BINARY_DIR}/two-files")
find_program(PTK_TWO_FILES_SHELL sh NO_CMAKE_FIND_ROOT_PATH)
mark_as_advanced(PTK_TWO_FILES_SHELL)
execute_process(
    COMMAND "${PTK_TWO_FILES_SHELL}" "${PROJECT_SOURCE_DIR}/scripts/amalgamate" "${PTK_PLATFORM}" "${ptk_two_files_directory}"
    RESULT_VARIABLE ptk_two_files_status)
if(NOT ptk_two_files_status EQUAL 0)
    message(FATAL_ERROR "scripts/amalgamate ${PTK_PLATFORM} failed.")
endif()
file(GLOB_RECURSE ptk_two_files_sources "${PROJECT_SOURCE_DIR}/src/*.[ch]" "${PROJECT_SOURCE_DIR}/scripts/amalgamate*")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ptk_two_files_sources})

set_property(TARGET ptk PROPERTY SOURCES "${ptk_two_files_directory}/protocol_toolkit.c")
if(TARGET ptk_modbus)
    file(WRITE "${ptk_two_files_directory}/empty.c" "typedef int ptk_empty_t;\n")
    set_property(TARGET ptk_modbus PROPERTY SOURCES "${ptk_two_files_directory}/empty.c")
endif()
