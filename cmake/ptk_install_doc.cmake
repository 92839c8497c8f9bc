# SPDX-License-Identifier: MIT
# Install rules of what is read: manual pages, documentation, examples, licence.

# Manual pages, made from the comments of the headers that are installed.
if(UNIX AND NOT PTK_PLATFORM STREQUAL "windows")
    set(ptk_install_man_default ON)
else()
    set(ptk_install_man_default OFF)
endif()
option(PTK_INSTALL_MAN "Make and install manual pages; this needs sh and awk" ${ptk_install_man_default})
option(PTK_COMPRESS_MAN "Compress the manual pages, as packages have them; this needs gzip" OFF)
if(PTK_INSTALL_MAN)
    set(ptk_man_options "")
    if(PTK_COMPRESS_MAN)
        set(ptk_man_options --gzip)
    endif()
    find_program(PTK_MAN_SHELL sh NO_CMAKE_FIND_ROOT_PATH)
    find_program(PTK_MAN_AWK awk NO_CMAKE_FIND_ROOT_PATH)
    mark_as_advanced(PTK_MAN_SHELL PTK_MAN_AWK)
    if(NOT PTK_MAN_SHELL OR NOT PTK_MAN_AWK)
        message(FATAL_ERROR "sh and awk, which make the manual pages, were not found: configure with "
            "-DPTK_INSTALL_MAN=OFF.")
    endif()
    set(ptk_man_headers "${ptk_include_directory}/protocol_toolkit.h")
    if(TARGET ptk_modbus)
        list(APPEND ptk_man_headers ${ptk_modbus_headers})
    endif()
    set(ptk_man_directory "${PROJECT_BINARY_DIR}/man")
    set(ptk_man_program "${PROJECT_SOURCE_DIR}/scripts/make-man-pages")
    add_custom_command(
        OUTPUT "${ptk_man_directory}/made"
        COMMAND "${PTK_MAN_SHELL}" "${ptk_man_program}" ${ptk_man_options} ${PROJECT_VERSION} "${ptk_man_directory}" ${ptk_man_headers}
        COMMAND "${CMAKE_COMMAND}" -E touch "${ptk_man_directory}/made"
        DEPENDS ${ptk_man_headers} "${ptk_man_program}" "${PROJECT_SOURCE_DIR}/scripts/man_pages.awk"
            "${PROJECT_SOURCE_DIR}/scripts/man_pages_write.awk"
        VERBATIM)
    add_custom_target(ptk_man ALL DEPENDS "${ptk_man_directory}/made")
    foreach(ptk_section IN ITEMS man3 man7)
        install(DIRECTORY "${ptk_man_directory}/${ptk_section}" DESTINATION "${CMAKE_INSTALL_MANDIR}")
    endforeach()
endif()

# Documentation and examples. Debian wants them in a directory of the package's name, and the licence in a file called
# copyright: that is a component of its own, which the .deb has in place of this one.
set(ptk_text_files "${PROJECT_SOURCE_DIR}/README.md" "${PROJECT_SOURCE_DIR}/CHANGELOG.md")
set(ptk_text_directories "${PROJECT_SOURCE_DIR}/docs" "${PROJECT_SOURCE_DIR}/examples")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" ${ptk_text_files} DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT ptk_doc)
install(DIRECTORY ${ptk_text_directories} DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT ptk_doc
    PATTERN Doxyfile EXCLUDE)
set(ptk_debian_docdir "${CMAKE_INSTALL_DATAROOTDIR}/doc/libptk-dev")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${ptk_debian_docdir}" RENAME copyright
    COMPONENT ptk_debian_doc EXCLUDE_FROM_ALL)
install(FILES ${ptk_text_files} DESTINATION "${ptk_debian_docdir}" COMPONENT ptk_debian_doc EXCLUDE_FROM_ALL)
install(DIRECTORY ${ptk_text_directories} DESTINATION "${ptk_debian_docdir}" COMPONENT ptk_debian_doc EXCLUDE_FROM_ALL
    PATTERN Doxyfile EXCLUDE)
