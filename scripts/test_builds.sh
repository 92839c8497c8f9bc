# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Builds, tests, and what came of it; sourced after common.sh. POSIX shell.
#
# A build that fails does not stop the next one. Each has a line in the table, and counts in the sum.

passed=0
failed=0
skipped=0
table=build/test-table
left_out=build/test-left-out
aside=''   # what a build that must not be in the way has in front of its commands
builder='' # the process that makes such builds

begin_builds() {
    mkdir -p build
    rm -f $table $left_out
}

# count PATTERN FILE
count() {
    grep -c "$1" "$2" || true
}

# conformance_results BUILD: "passed failed skipped" of the tests inside the conformance programs, which print a summary
# each; ctest keeps it, also where it does not show it.
conformance_results() {
    tr -d '\r' <"$1/Testing/Temporary/LastTest.log" | awk '
        / Testing: / { counts = $NF ~ /^conformance\./ }
        counts && /^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { passed += $1; failed += $3; skipped += $5 }
        END { print passed + 0, failed + 0, skipped + 0 }'
}

# add_row BUILD PASSED FAILED SKIPPED CONFORMANCE_PASSED CONFORMANCE_FAILED CONFORMANCE_SKIPPED [REMARK]
add_row() {
    printf '%-26s %6s %6s %7s   %11s %6s %7s   %4d s  %s\n' "$1" "$2" "$3" "$4" "$5" "$6" "$7" \
        $(($(date +%s) - begun)) "${8:-}" >>$table
    passed=$((passed + $2))
    failed=$((failed + $3))
    skipped=$((skipped + $4))
}

# broken BUILD REMARK: it could not be tested.
broken() {
    printf '\nFAILED: %s %s\n' "$2" "$1" >&2
    add_row "$1" 0 1 0 - - - "$2"
}

# configure_and_build BUILD "CMAKE ARGUMENTS"
configure_and_build() {
    say "Building $1"
    # shellcheck disable=SC2086
    show $aside cmake -S . -B "$1" -G Ninja -DPTK_WARNINGS_AS_ERRORS=ON -DPTK_REQUIRE_TEST_TOOLS=ON $2 && show $aside cmake --build "$1"
}

# run_tests BUILD "CTEST ARGUMENTS" ["COMMAND PREFIX OF CTEST"]
run_tests() {
    say "Testing $1"
    rm -f "$1/Testing/Temporary/LastTest.log"
    # shellcheck disable=SC2086
    (
        cd "$1" || exit
        status=0
        show ${3:-} ctest --output-on-failure --no-tests=error --parallel 2 $2 || status=$?
        echo $status >ctest.status
    ) 2>&1 | tee "$1/ctest.log"

    # Counted from the line of each test, because ctest's own summary counts skipped tests as passed.
    line='^ *[0-9]*/[0-9]* Test  *#[0-9]*: '
    run=$(count "$line" "$1/ctest.log")
    ok=$(count "$line.* Passed  *[0-9.]* sec" "$1/ctest.log")
    skip=$(count "$line.*\*\*\*Skipped" "$1/ctest.log")
    bad=$((run - ok - skip))
    remark=''
    if [ "$(cat "$1/ctest.status")" != 0 ] && [ "$bad" = 0 ]; then
        bad=1
        remark='ctest itself failed'
    fi
    # shellcheck disable=SC2046
    set -- "$1" $(conformance_results "$1")
    if [ "$2$3$4" = 000 ]; then
        set -- "$1" - - -
    fi
    add_row "$1" "$ok" "$bad" "$skip" "$2" "$3" "$4" "$remark"
    tr -d '\r' <"$1/Testing/Temporary/LastTest.log" | sed -n "s|^SKIP |$1: |p" | sort -u >>$left_out
}

# test_build BUILD "CMAKE ARGUMENTS" ["CTEST ARGUMENTS" ["COMMAND PREFIX OF CTEST"]]
test_build() {
    begun=$(date +%s)
    if configure_and_build "$1" "$2"; then
        run_tests "$1" "${3:-}" "${4:-}"
    else
        broken "$1" building
    fi
}

# Tests mostly wait, so what is cross-compiled is built meanwhile, with what processor time they leave. Each build's
# output goes to <build>.log, and "seconds status" to <build>.built when it is done.
# build_aside BUILD "CMAKE ARGUMENTS" ...: to be run in the background.
build_aside() {
    build_begun=$(date +%s)
    build_status=0
    aside='nice -n 19'
    configure_and_build "$1" "$2" >"$1.log" 2>&1 || build_status=1
    echo "$(($(date +%s) - build_begun)) $build_status" >"$1.built.new"
    mv "$1.built.new" "$1.built"
}

# test_built_aside BUILD "CMAKE ARGUMENTS" "CTEST ARGUMENTS": waits for the build, shows it, and tests it. The process that
# builds is $builder.
test_built_aside() {
    while [ ! -f "$1.built" ] && is_running "$builder"; do
        sleep 1
    done
    seconds=0
    build_status=1
    if [ -f "$1.built" ]; then
        read -r seconds build_status <"$1.built"
        cat "$1.log"
    fi
    begun=$(($(date +%s) - seconds))
    if [ "$build_status" = 0 ]; then
        run_tests "$1" "$3"
    else
        broken "$1" building
    fi
}

# test_packages: scripts/test-packages as one row of the table. Wine's prefix of the Windows build is used again.
test_packages() {
    begun=$(date +%s)
    say "Testing packages"
    status=0
    if [ -n "$wine_prefix" ]; then
        PTK_WINE_PREFIX=$wine_prefix
        export PTK_WINE_PREFIX
    fi
    { scripts/test-packages || status=$?; echo $status >build/test-packages.status; } 2>&1 | tee build/test-packages.log
    ok=$(count '^PASS ' build/test-packages.log)
    bad=$(count '^FAIL ' build/test-packages.log)
    skip=$(count '^SKIP ' build/test-packages.log)
    remark=''
    if [ "$(cat build/test-packages.status)" != 0 ] && [ "$bad" = 0 ]; then
        bad=1
        remark='scripts/test-packages itself failed'
    fi
    add_row packages "$ok" "$bad" "$skip" - - - "$remark"
    sed -n 's/^SKIP /packages: /p' build/test-packages.log >>$left_out
}

# print_results: the table, the tests that a platform could not run, and the sum. Returns whether nothing failed.
print_results() {
    if [ -s $left_out ]; then
        say "Left out, and why"
        cat $left_out
    fi
    say "All builds. Conformance: the tests inside the conformance programs"
    printf '%-26s %6s %6s %7s   %11s %6s %7s   %6s\n' build passed failed skipped conformance failed skipped time
    cat $table
    echo
    if [ "$skipped" = 0 ]; then
        echo "$passed passed, $failed failed"
    else
        echo "$passed passed, $failed failed, $skipped skipped"
    fi
    [ "$failed" = 0 ]
}
