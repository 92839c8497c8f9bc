#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A timer and events of another thread, in Python. Usage: events.py ptk_python.so

    cmake -S . -B build/python -DCMAKE_POSITION_INDEPENDENT_CODE=ON
    cmake --build build/python --target ptk_python
    python3 examples/python/events.py build/python/examples/python/ptk_python.so
"""
import ctypes
import sys
import threading

ptk = ctypes.CDLL(sys.argv[1])
HANDLE, HANDLER = ctypes.c_int64, ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_uint32, ctypes.c_size_t, ctypes.c_void_p)
EXPIRED, WOULD_BLOCK, WORD, FOREVER = 1, -4, 16, 2**64 - 1
ptk.ptk_error_string.restype = ctypes.c_char_p
ptk.ptk_handle_is_valid.restype = ctypes.c_bool
ptk.ptk_get_owning_event_loop.restype = HANDLE


def call(name, *arguments, result=ctypes.c_int32):
    """Calls a function of the library; an error becomes an exception."""
    function = getattr(ptk, name)
    function.restype = result
    value = function(*arguments)
    if value < 0 and value != WOULD_BLOCK:
        raise OSError(f"{name}: {ptk.ptk_error_string(ctypes.c_int32(value)).decode()}")
    return value


@HANDLER  # the library keeps the pointer, so the object must live as long as it is registered
def on_event(resource, event, data, user_data):
    got.append("tick" if event == EXPIRED and resource == timer.value else data)


def raise_words():
    for number in range(20):
        while call("ptk_raise_event", source, ctypes.c_uint32(WORD), ctypes.c_size_t(number)) == WOULD_BLOCK:
            call("ptk_event_loop_wake", loop)  # the queue is full: the loop has to run


got = []
loop = HANDLE(call("ptk_python_create_loop", result=HANDLE))
timer = HANDLE(call("ptk_timer_create", loop, result=HANDLE))
source = HANDLE(call("ptk_user_event_source_create", loop, result=HANDLE))
call("ptk_set_event_handler", timer, ctypes.c_uint32(EXPIRED), on_event, None)
call("ptk_set_event_handler", source, ctypes.c_uint32(WORD), on_event, None)
call("ptk_timer_start_repeating", timer, ctypes.c_uint64(10))
thread = threading.Thread(target=raise_words)
thread.start()
while got.count("tick") < 3 or len(got) - got.count("tick") < 20:
    call("ptk_event_loop_run_for", loop, ctypes.c_uint64(FOREVER))
thread.join()
assert [item for item in got if item != "tick"] == list(range(20)), got
assert ptk.ptk_get_owning_event_loop(timer) == loop.value
call("ptk_event_loop_destroy", loop)
assert not ptk.ptk_handle_is_valid(timer)  # it went with its loop
print(f"{got.count('tick')} ticks, 20 words in order")
