# SPDX-License-Identifier: MIT
{ lib, stdenv, cmake, ninja, source }:

stdenv.mkDerivation {
  pname = "ptk";
  version = "0.1.0";
  src = source;
  nativeBuildInputs = [ cmake ninja ];
  cmakeBuildType = "MinSizeRel";
  cmakeFlags = [ "-DPTK_BUILD_TESTS=OFF" "-DPTK_BUILD_EXAMPLES=OFF" "-DPTK_LTO=OFF" ];
  meta = {
    description = "Event loops, sockets, timers and protothreads without a heap";
    homepage = "https://protocol-toolkit.example/";
    license = lib.licenses.mit;
    platforms = lib.platforms.unix;
  };
}
