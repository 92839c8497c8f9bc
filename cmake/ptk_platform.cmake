# Selects the platform and puts its header, and only that one, where everything finds it.

set(ptk_platforms linux macos bsd windows posix)

if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    set(ptk_detected_platform linux)
elseif(CMAKE_SYSTEM_NAME STREQUAL "Darwin")
    set(ptk_detected_platform macos)
elseif(CMAKE_SYSTEM_NAME MATCHES "BSD$|^DragonFly$")
    set(ptk_detected_platform bsd)
elseif(CMAKE_SYSTEM_NAME STREQUAL "Windows")
    set(ptk_detected_platform windows)
else()
    set(ptk_detected_platform posix)
endif()

set(PTK_PLATFORM "${ptk_detected_platform}" CACHE STRING "Platform, a directory of src/include")
set_property(CACHE PTK_PLATFORM PROPERTY STRINGS ${ptk_platforms})

set(ptk_platform_header "${PROJECT_SOURCE_DIR}/src/include/${PTK_PLATFORM}/protocol_toolkit.h")
if(NOT PTK_PLATFORM IN_LIST ptk_platforms OR NOT EXISTS "${ptk_platform_header}")
    message(FATAL_ERROR "There is no port for PTK_PLATFORM \"${PTK_PLATFORM}\".")
endif()

# configure_file makes the header a dependency of the configuration: an edit is copied by the next build.
set(ptk_include_directory "${PROJECT_BINARY_DIR}/include")
configure_file("${ptk_platform_header}" "${ptk_include_directory}/protocol_toolkit.h" COPYONLY)
