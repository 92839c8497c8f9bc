# Usage: cmake -DCONFIGURATION=<CPackConfig.cmake> -DWANTED=<kind,...> -P package_kinds.cmake
include("${CONFIGURATION}")
string(REPLACE ";" "," found "${CPACK_GENERATOR}")
if(NOT found STREQUAL WANTED)
    message(FATAL_ERROR "cpack would make ${found}, not ${WANTED}")
endif()
message(STATUS "cpack makes ${found}")
