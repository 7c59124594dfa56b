"""Kills the process that Python starts with, and its group, at a certain event.

Python's audit hooks hear of what a process does to the file system, just before it does it. Events
are counted from the first one on in whose arguments, the names of files and functions, `KILL_FROM`
stands; at the event `KILL_AT`, everything ends. With `KILL_NO_EXCHANGE`, the system seems to be one
that can't exchange two folders in one step.
"""

import os
import signal
import sys

EVENTS = ("open", "os.", "shutil.", "fcntl.", "ctypes.")
MARK = os.environ["KILL_FROM"]
LAST = int(os.environ["KILL_AT"])
EXCHANGE = "KILL_NO_EXCHANGE" not in os.environ

count = 0


def hear(event: str, arguments: tuple[object, ...]) -> None:
    global count
    if not event.startswith(EVENTS):
        return
    if count or any(MARK in str(argument) for argument in arguments):
        count += 1
        if count == LAST:
            os.killpg(0, signal.SIGKILL)
    if event == "ctypes.dlsym" and arguments[1] == "renameat2" and not EXCHANGE:
        raise AttributeError("renameat2")


sys.addaudithook(hear)
