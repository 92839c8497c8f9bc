#!/bin/sh
# SPDX-License-Identifier: MIT
# The timeline in docs/simulation.md is what the example draws; its last line, with the hash, is not in the page.
# usage: timeline.sh SIMULATED_PLANT SOURCE_DIRECTORY
. "$(dirname -- "$0")/../checks/common.sh"

"$1" 42 | sed -n '1,4p' | while IFS= read -r line; do
    grep -qxF "    $line" "$2/docs/simulation.md" || fail "docs/simulation.md has not: $line"
done
[ "$("$1" 42)" = "$("$1" 42)" ] || fail "the same seed draws another picture"
