"""Run a command that ends when its parent does, however the parent ends.

    python leash.py SIGNAL PARENT_PID USER COMMAND [ARGUMENT ...]

The kernel sends SIGNAL to the command when the parent dies, kill -9 included. Only Linux can do this; elsewhere
the command just runs. USER is the name of the user to run it as, or "-" for the caller's own.

A script of its own, and not a function between fork and exec, because the parent may have threads; it imports
nothing of the service so that it starts in a hundredth of a second.
"""

import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1


def leashed(command, signal_number, user=None):
    """The command line that runs `command` on a leash held by the calling process, as `user` if one is named."""
    leash = [sys.executable, "-IS", __file__, str(int(signal_number)), str(os.getpid()), user or "-"]
    return [*leash, *map(str, command)]


def become(user):
    """Give up root for this user, with none of root's groups."""
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def main():
    signal_number, parent, user, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]
    if user != "-":
        become(user)
    if sys.platform == "linux":
        # After the change of user, which lets go of the leash.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:  # it died before the leash was on
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606, the command is the caller's own


if __name__ == "__main__":
    main()
