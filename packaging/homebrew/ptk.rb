# SPDX-License-Identifier: MIT
# A formula for Homebrew. sha256 is that of the release's archive, from its SHA256SUMS.
class Ptk < Formula
  desc "Event loops, sockets, timers and protothreads without a heap"
  homepage "https://protocol-toolkit.example/"
  url "https://protocol-toolkit.example/ptk-0.1.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "MIT"

  depends_on "cmake" => :build
  depends_on "pkgconf" => :test

  def install
    args = %w[-DCMAKE_BUILD_TYPE=MinSizeRel -DPTK_BUILD_TESTS=OFF -DPTK_BUILD_EXAMPLES=OFF]
    system "cmake", "-S", ".", "-B", "build", *args, *std_cmake_args.reject { |arg| arg.include?("BUILD_TYPE") }
    system "cmake", "--build", "build"
    system "cmake", "--install", "build"
  end

  test do
    (testpath/"test.c").write <<~C
      #include <protocol_toolkit.h>
      #include <string.h>
      int main(void) { return strcmp(ptk_version_string(), PTK_VERSION_STRING); }
    C
    flags = shell_output("pkgconf --cflags --libs ptk").split
    system ENV.cc, "test.c", *flags, "-o", "test"
    system "./test"
  end
end
