# SPDX-License-Identifier: MIT
"""A recipe for Conan 2: `conan create .` makes and tests the package."""
import os

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, rmdir


class PtkConan(ConanFile):
    """The static libraries ptk::ptk and ptk::modbus."""

    name = "ptk"
    version = "0.1.0"
    license = "MIT"
    homepage = "https://protocol-toolkit.example/"
    description = "Event loops, sockets, timers and protothreads without a heap"
    topics = ("event-loop", "sockets", "protothreads", "modbus", "embedded")
    package_type = "static-library"
    settings = "os", "compiler", "build_type", "arch"
    options = {"fPIC": [True, False], "modbus": [True, False]}
    default_options = {"fPIC": True, "modbus": True}
    exports_sources = "CMakeLists.txt", "cmake/*", "src/*", "LICENSE", "README.md", "CHANGELOG.md", "docs/*", "examples/*"

    def config_options(self):
        """Windows has no position-independent code to choose."""
        if self.settings.os == "Windows":
            del self.options.fPIC

    def configure(self):
        """A C library does not depend on C++."""
        self.settings.rm_safe("compiler.cppstd")
        self.settings.rm_safe("compiler.libcxx")

    def layout(self):
        """Sources and build where CMake's layout has them."""
        cmake_layout(self)

    def generate(self):
        """The toolchain file; the library knows two build types."""
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["PTK_BUILD_TESTS"] = False
        toolchain.cache_variables["PTK_BUILD_EXAMPLES"] = False
        toolchain.cache_variables["PTK_INSTALL_MAN"] = False
        toolchain.cache_variables["PTK_LTO"] = False
        toolchain.cache_variables["PTK_BUILD_MODBUS"] = bool(self.options.modbus)
        if self.settings.build_type != "Debug":
            toolchain.cache_variables["CMAKE_BUILD_TYPE"] = "MinSizeRel"
        toolchain.generate()

    def build(self):
        """Configures and builds."""
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        """Installs; the CMake files are those that Conan generates."""
        copy(self, "LICENSE", src=self.source_folder, dst=os.path.join(self.package_folder, "licenses"))
        CMake(self).install()
        for directory in (("lib", "cmake"), ("lib", "pkgconfig"), ("share",)):
            rmdir(self, os.path.join(self.package_folder, *directory))

    def package_info(self):
        """The targets, and what they link on each system."""
        self.cpp_info.set_property("cmake_file_name", "ptk")
        ptk = self.cpp_info.components["ptk"]
        ptk.set_property("cmake_target_name", "ptk::ptk")
        ptk.set_property("pkg_config_name", "ptk")
        ptk.libs = ["ptk"]
        if self.settings.os == "Windows":
            ptk.system_libs = ["ws2_32", "iphlpapi", "ntdll"]
        else:
            ptk.system_libs = ["pthread"]
        if self.options.modbus:
            modbus = self.cpp_info.components["modbus"]
            modbus.set_property("cmake_target_name", "ptk::modbus")
            modbus.set_property("pkg_config_name", "ptk-modbus")
            modbus.libs = ["ptk_modbus"]
            modbus.requires = ["ptk"]
