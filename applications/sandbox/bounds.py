"""What the process gives up before it reads the first byte of a hostile file."""

import ctypes
import os
import resource
import struct

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = (
    444,
    445,
    446,
)  # the same on every architecture (Linux, syscall.tbl)
_VERSION_ASKED = _BENEATH_PATH = 1
_READ = 1 << 2
_RANDOM = "/dev/urandom"  # qpdf wants some for an encrypted file
_NO_NEW_PRIVILEGES = 38
#: From each version of Landlock: every right on files that it knows, then on TCP (linux/landlock.h).
_FILE_RIGHTS = ((5, 16), (3, 15), (2, 14), (1, 13))
_TCP_SINCE, _BIND_AND_CONNECT = 4, 3
_NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000


def limit(*, seconds: int, memory: int) -> None:
    """At most ``seconds`` of processor, ``memory`` bytes of address space, and no file written."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def shut_in() -> bool:
    """Leave the network, and the right to open any file or start any program; whether the kernel granted the second.

    Best effort: the first wants user namespaces, the second Landlock (Linux 5.13, and 6.7 for TCP). Modules must all
    have been imported by now.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "unshare"):
        return False
    libc.unshare(_NEW_USER_AND_NETWORK)
    version = libc.syscall(_LANDLOCK_CREATE, None, 0, _VERSION_ASKED)
    bits = next((bits for since, bits in _FILE_RIGHTS if version >= since), 0)
    if not bits:
        return False
    rules = struct.pack("=Q", (1 << bits) - 1)
    if version >= _TCP_SINCE:
        rules += struct.pack("=Q", _BIND_AND_CONNECT)
    ruleset = libc.syscall(_LANDLOCK_CREATE, rules, ctypes.c_size_t(len(rules)), 0)
    random = struct.pack("=Qi", _READ, os.open(_RANDOM, os.O_PATH))
    libc.syscall(_LANDLOCK_ADD, ruleset, _BENEATH_PATH, random, 0)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    return bool(libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0)
