# SPDX-License-Identifier: MIT
# Where programs are built and cannot be run, what can be checked is that each was linked, for the right system and
# processor. One CTest a program, linked.<name>: ctest -R '^linked\.'

if(CMAKE_SYSTEM_NAME STREQUAL "Darwin")
    set(ptk_program_format "macho-${CMAKE_SYSTEM_PROCESSOR}")
elseif(CMAKE_SYSTEM_NAME STREQUAL "Windows")
    set(ptk_program_format "pe-${CMAKE_SYSTEM_PROCESSOR}")
else()
    return()
endif()

foreach(ptk_directory IN ITEMS examples tests/conformance tests/clock tests/threads tests/unix tests/modbus tests/checks)
    if(NOT IS_DIRECTORY "${PROJECT_BINARY_DIR}/${ptk_directory}")
        continue()
    endif()
    get_property(ptk_directory_targets DIRECTORY "${PROJECT_SOURCE_DIR}/${ptk_directory}" PROPERTY BUILDSYSTEM_TARGETS)
    foreach(ptk_target IN LISTS ptk_directory_targets)
        get_target_property(ptk_target_type ${ptk_target} TYPE)
        if(ptk_target_type STREQUAL "EXECUTABLE")
            add_test(NAME linked.${ptk_target}
                COMMAND sh "${CMAKE_CURRENT_LIST_DIR}/linked_program.sh" ${ptk_program_format} "$<TARGET_FILE:${ptk_target}>")
        endif()
    endforeach()
endforeach()
