# SPDX-License-Identifier: MIT
# Read by cpack once for each kind of package: a .deb has the documentation where Debian wants it.

if(CPACK_GENERATOR STREQUAL "DEB")
    list(GET CPACK_INSTALL_CMAKE_PROJECTS 0 ptk_build_directory)
    set(CPACK_INSTALL_CMAKE_PROJECTS "")
    foreach(ptk_component IN ITEMS Unspecified ptk_debian_doc) # what has no component is in the first one
        list(APPEND CPACK_INSTALL_CMAKE_PROJECTS "${ptk_build_directory}" ptk ${ptk_component} /)
    endforeach()
endif()
