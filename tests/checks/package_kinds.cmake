# SPDX-License-Identifier: MIT
# Usage: cmake -DCONFIGURATION=<CPackConfig.cmake> -DWANTED=<regular expression> -P package_kinds.cmake
include("${CONFIGURATION}")
string(REPLACE ";" "," found "${CPACK_GENERATOR}")
if(NOT found MATCHES "${WANTED}")
    message(FATAL_ERROR "cpack would make ${found}, not ${WANTED}")
endif()
message(STATUS "cpack makes ${found}")
