# SPDX-License-Identifier: MIT
# Tests of what only the port for NuttX has, with the stand-in for its kernel.

ptk_add_test_program(nuttx_test nuttx/suite.c nuttx/test_interrupt.c)
target_link_libraries(nuttx_test PRIVATE nuttx_kernel)
ptk_add_tests(nuttx nuttx_test interrupt)
