# SPDX-License-Identifier: MIT
# Install and package rules: the archives, the selected platform's header, a CMake package and pkg-config files.

include(CMakePackageConfigHelpers)

set(ptk_installed_targets ptk)
set_target_properties(ptk PROPERTIES PUBLIC_HEADER "${ptk_include_directory}/protocol_toolkit.h")
if(TARGET ptk_modbus)
    list(APPEND ptk_installed_targets ptk_modbus)
    set_target_properties(ptk_modbus PROPERTIES EXPORT_NAME modbus)
endif()

install(TARGETS ${ptk_installed_targets}
    EXPORT ptk_targets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    PUBLIC_HEADER DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")

# The CMake package: find_package(ptk) gives ptk::ptk and, if it was built, ptk::modbus.
set(ptk_package_directory "${CMAKE_INSTALL_LIBDIR}/cmake/ptk")
configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/cmake/ptk-config.cmake.in" "${PROJECT_BINARY_DIR}/cmake/ptk-config.cmake"
    INSTALL_DESTINATION "${ptk_package_directory}"
    NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may change what source must look like.
write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/cmake/ptk-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(EXPORT ptk_targets NAMESPACE ptk:: FILE ptk-targets.cmake DESTINATION "${ptk_package_directory}")
install(FILES
    "${PROJECT_BINARY_DIR}/cmake/ptk-config.cmake" "${PROJECT_BINARY_DIR}/cmake/ptk-config-version.cmake"
    DESTINATION "${ptk_package_directory}")

# pkg-config: the compile-time limits are in Cflags, and the system's libraries in Libs, because there is only an archive.
set(ptk_pkg_config_definitions "")
foreach(ptk_limit IN LISTS ptk_compile_time_limits)
    string(APPEND ptk_pkg_config_definitions " -D${ptk_limit}")
endforeach()
set(ptk_pkg_config_libraries "")
if(ptk_needs_threads)
    set(ptk_pkg_config_libraries "-lpthread")
elseif(PTK_PLATFORM STREQUAL "windows")
    set(ptk_pkg_config_libraries "-lws2_32 -liphlpapi -lntdll")
endif()
set(ptk_pkg_config_requires "")
if(TARGET PkgConfig::LIBKQUEUE)
    set(ptk_pkg_config_requires "libkqueue")
endif()
# The prefix is found from where the .pc file lies, so that the installed tree can be moved.
set(ptk_pkg_config_directory "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}" OR IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
    set(ptk_pkg_config_prefix "${CMAKE_INSTALL_PREFIX}")
    set(ptk_pkg_config_libdir "${CMAKE_INSTALL_FULL_LIBDIR}")
    set(ptk_pkg_config_includedir "${CMAKE_INSTALL_FULL_INCLUDEDIR}")
else()
    file(RELATIVE_PATH ptk_pkg_config_prefix "/${ptk_pkg_config_directory}" "/")
    string(REGEX REPLACE "/$" "" ptk_pkg_config_prefix "\${pcfiledir}/${ptk_pkg_config_prefix}")
    set(ptk_pkg_config_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
    set(ptk_pkg_config_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
configure_file("${PROJECT_SOURCE_DIR}/cmake/ptk.pc.in" "${PROJECT_BINARY_DIR}/cmake/ptk.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/cmake/ptk.pc" DESTINATION "${ptk_pkg_config_directory}")
if(TARGET ptk_modbus)
    configure_file("${PROJECT_SOURCE_DIR}/cmake/ptk-modbus.pc.in" "${PROJECT_BINARY_DIR}/cmake/ptk-modbus.pc" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/cmake/ptk-modbus.pc" DESTINATION "${ptk_pkg_config_directory}")
endif()

# Documentation. Debian wants it in a directory of the package's name, and the licence in a file called copyright: that is
# a component of its own, which the .deb has in place of this one.
set(ptk_text_files "${PROJECT_SOURCE_DIR}/README.md" "${PROJECT_SOURCE_DIR}/CHANGELOG.md")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" ${ptk_text_files} DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT ptk_doc)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs" DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT ptk_doc
    PATTERN Doxyfile EXCLUDE)
set(ptk_debian_docdir "${CMAKE_INSTALL_DATAROOTDIR}/doc/libptk-dev")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${ptk_debian_docdir}" RENAME copyright
    COMPONENT ptk_debian_doc EXCLUDE_FROM_ALL)
install(FILES ${ptk_text_files} DESTINATION "${ptk_debian_docdir}" COMPONENT ptk_debian_doc EXCLUDE_FROM_ALL)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs" DESTINATION "${ptk_debian_docdir}" COMPONENT ptk_debian_doc EXCLUDE_FROM_ALL
    PATTERN Doxyfile EXCLUDE)

# Packages: `cpack` in the build directory makes a .tar.gz, for Windows a .zip, and a .deb where Debian builds for itself.
set(CPACK_PACKAGE_NAME ptk)
set(CPACK_PACKAGE_VENDOR "Protocol Toolkit authors")
set(CPACK_PACKAGE_CONTACT "Protocol Toolkit authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_STRIP_FILES OFF)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS # whatever umask the one who packs has
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_GENERATOR TGZ)
if(PTK_PLATFORM STREQUAL "windows")
    set(CPACK_GENERATOR ZIP)
endif()
find_program(PTK_DPKG dpkg)
mark_as_advanced(PTK_DPKG)
if(PTK_DPKG AND CMAKE_SYSTEM_NAME STREQUAL "Linux" AND NOT CMAKE_CROSSCOMPILING)
    list(APPEND CPACK_GENERATOR DEB)
    set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
    set(CPACK_DEBIAN_PACKAGE_NAME libptk-dev)
    set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
    set(CPACK_DEBIAN_PACKAGE_DEPENDS libc6-dev)
    set(CPACK_PROJECT_CONFIG_FILE "${PROJECT_SOURCE_DIR}/cmake/ptk_cpack.cmake")
endif()
include(CPack)
