# SPDX-License-Identifier: MIT
# For those who read a build system's folder without the build system: what they find goes to OUTPUT.
file(WRITE "${OUTPUT}" "")

# write_lines(WORD ITEM...): a line "WORD ITEM" for each.
function(write_lines word)
    foreach(item IN LISTS ARGN)
        file(APPEND "${OUTPUT}" "${word} ${item}\n")
    endforeach()
endfunction()
