# SPDX-License-Identifier: MIT
# The example in Python, with the library as position-independent code in a shared object, built as the example says.
# Usage: python.sh SOURCE_DIRECTORY CMAKE GENERATOR PLATFORM PYTHON WORK
set -eu
source_directory=$1
cmake=$2
generator=$3
platform=$4
python=$5
work=$6/python
rm -rf "$work"
mkdir -p "$work"

quietly() {
    "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
}
quietly "$cmake" -S "$source_directory" -B "$work/build" -G "$generator" "-DPTK_PLATFORM=$platform" \
    -DPTK_BUILD_TESTS=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON
quietly "$cmake" --build "$work/build" --target ptk_python
"$python" "$source_directory/examples/python/events.py" "$work/build/examples/python/ptk_python.so"
