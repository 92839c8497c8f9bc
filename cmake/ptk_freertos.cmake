# SPDX-License-Identifier: MIT
# FreeRTOS: which network, and where the kernel and the network come from. The application's project provides them, as
# targets or as directories of headers; docs/embedded.md shows both.

set(PTK_FREERTOS_NETWORK none CACHE STRING "Network on FreeRTOS: lwip, lwip_select, plus_tcp or none")
set(ptk_freertos_networks lwip lwip_select plus_tcp none)
set_property(CACHE PTK_FREERTOS_NETWORK PROPERTY STRINGS ${ptk_freertos_networks})
set(PTK_FREERTOS_INCLUDE_DIRECTORIES "" CACHE STRING
    "Where there is no target freertos_kernel: the directories of FreeRTOS.h, portmacro.h, FreeRTOSConfig.h and the network's")
set(PTK_FREERTOS_STAND_IN "" CACHE STRING "For the library's own tests, in place of a kernel: hosted or bare")
set_property(CACHE PTK_FREERTOS_STAND_IN PROPERTY STRINGS "" hosted bare)

if(NOT PTK_FREERTOS_NETWORK IN_LIST ptk_freertos_networks)
    list(JOIN ptk_freertos_networks ", " ptk_freertos_network_names)
    message(FATAL_ERROR "PTK_FREERTOS_NETWORK is \"${PTK_FREERTOS_NETWORK}\"; there is ${ptk_freertos_network_names}.")
endif()
if(NOT PTK_FREERTOS_STAND_IN MATCHES "^(hosted|bare)?$")
    message(FATAL_ERROR "PTK_FREERTOS_STAND_IN is \"${PTK_FREERTOS_STAND_IN}\"; it must be empty, hosted or bare.")
endif()

if(PTK_FREERTOS_STAND_IN AND NOT TARGET freertos_kernel)
    add_subdirectory("${PROJECT_SOURCE_DIR}/tests/freertos" "${PROJECT_BINARY_DIR}/tests/freertos_kernel")
endif()

set(ptk_freertos_network_target_lwip lwipcore)
set(ptk_freertos_network_target_lwip_select lwipcore)
set(ptk_freertos_network_target_plus_tcp freertos_plus_tcp)
set(ptk_freertos_targets freertos_kernel ${ptk_freertos_network_target_${PTK_FREERTOS_NETWORK}})

# ptk_link_freertos(target): links the application's targets, or finds the headers in the directories.
function(ptk_link_freertos target)
    foreach(needed IN LISTS ptk_freertos_targets)
        if(TARGET ${needed})
            target_link_libraries(${target} PUBLIC ${needed})
        elseif(NOT PTK_FREERTOS_INCLUDE_DIRECTORIES)
            message(FATAL_ERROR "PTK_PLATFORM freertos with PTK_FREERTOS_NETWORK ${PTK_FREERTOS_NETWORK} needs the target "
                "${needed}: add it before the library, or set PTK_FREERTOS_INCLUDE_DIRECTORIES to the directories of the "
                "headers. See docs/embedded.md.")
        endif()
    endforeach()
    if(TARGET freertos_config)
        target_link_libraries(${target} PUBLIC freertos_config)
    endif()
    # SYSTEM: the warnings of their headers are not ours to mend.
    target_include_directories(${target} SYSTEM PUBLIC ${PTK_FREERTOS_INCLUDE_DIRECTORIES})
endfunction()

if(PTK_FREERTOS_NETWORK STREQUAL "none")
    set(ptk_has_sockets OFF)
endif()
