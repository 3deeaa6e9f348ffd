"""Run a command that cannot outlive its parent: `leash.py <parent pid> <command> [arguments]`.

Asks the kernel (Linux) to SIGKILL this process when its parent dies, then becomes the command. Standard
library only, run by path: it must start fast and whatever the environment. Children of the command are
not covered; `guardian.py` is for those.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
SIGKILL = 9


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the supervisor died before this process was started")
    try:
        os.execvp(command[0], command)  # noqa: S606
    except OSError as error:
        sys.exit(f"cannot run {command[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
