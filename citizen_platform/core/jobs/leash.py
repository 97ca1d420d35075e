"""Runs a module as ``python -m`` does, in a process that dies with the one that started it, however that one dies.

``python leash.py PARENT MODULE ARGUMENT ...``; PARENT is the process id of the starter. It stands alone: nothing of the
service is imported. Where there is no Linux to ask, a child ends when it reads the end of its input.
"""

import ctypes
import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    parent = int(sys.argv[1])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the process that started this one is gone")
    sys.argv = sys.argv[2:]
    sys.path[0] = os.getcwd()
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
