# SPDX-License-Identifier: MIT
"""Builds and runs a program with the package: `conan create . --test-folder packaging/conan/test_package`."""
import os

from conan import ConanFile
from conan.tools.build import can_run
from conan.tools.cmake import CMake, cmake_layout


class PtkTestConan(ConanFile):
    """The project of the consumption tests."""

    settings = "os", "compiler", "build_type", "arch"
    generators = "CMakeDeps", "CMakeToolchain"

    def requirements(self):
        """The package that is tested."""
        self.requires(self.tested_reference_str)

    def layout(self):
        """CMake's."""
        cmake_layout(self)

    def build(self):
        """Configures and builds."""
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def test(self):
        """Runs it where it can run."""
        if can_run(self):
            self.run(os.path.join(self.cpp.build.bindir, "test_package"), env="conanrun")
