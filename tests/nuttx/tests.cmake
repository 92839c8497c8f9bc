# SPDX-License-Identifier: MIT
# Tests of what only the port for NuttX has, with the stand-in for its kernel.

ptk_add_test_program(nuttx_test nuttx/suite.c nuttx/test_interrupt.c)
target_link_libraries(nuttx_test PRIVATE nuttx_kernel)
ptk_add_tests(nuttx nuttx_test interrupt)

# In NuttX itself it is the program ptk_plain.
ptk_add_program(plain_nuttx nuttx/plain.c)
target_compile_definitions(plain_nuttx PRIVATE _GNU_SOURCE)
add_test(NAME nuttx.plain COMMAND plain_nuttx)
set_tests_properties(nuttx.plain PROPERTIES TIMEOUT 60 LABELS nuttx PASS_REGULAR_EXPRESSION "0 of 9 not as Linux")
