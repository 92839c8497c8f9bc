# SPDX-License-Identifier: MIT
# An overlay port: it packs the clone that it is in. A port in a registry downloads the release's archive instead.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)

# There is only an archive: the layout of what a program declares is part of the interface.
vcpkg_check_linkage(ONLY_STATIC_LIBRARY)

vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS -DPTK_BUILD_TESTS=OFF -DPTK_BUILD_EXAMPLES=OFF -DPTK_INSTALL_MAN=OFF -DPTK_LTO=OFF
    OPTIONS_RELEASE -DCMAKE_BUILD_TYPE=MinSizeRel)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/ptk)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/share/doc")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
