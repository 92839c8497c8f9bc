# SPDX-License-Identifier: MIT
# Install rules: the archives, the selected platform's header, a CMake package and pkg-config files. Documentation and
# packages are in files of their own.

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

include(ptk_install_doc)
include(ptk_package)
