# SPDX-License-Identifier: BSD-2-Clause
"""How does a program for 32-bit Linux run on this host?

By itself where the host's kernel executes 32-bit programs, and by QEMU's user emulation where it does not, as in virtual
machines that run 64-bit code only. The emulator loads the C library to where AddressSanitizer keeps its shadow memory, so
there programs have UndefinedBehaviorSanitizer alone.
"""

import functools
import subprocess

LIBRARIES = "/usr/i686-linux-gnu/lib"
LOADER = f"{LIBRARIES}/ld-linux.so.2"
LINKING = (f"-Wl,--dynamic-linker={LOADER}", f"-Wl,-rpath,{LIBRARIES}")
EMULATOR = "qemu-i386"
SECONDS = 60


@functools.cache
def is_native() -> bool:
    """Does this host execute the cross C library's own loader?"""
    try:
        ended = subprocess.run([LOADER, "--version"], capture_output=True, timeout=SECONDS, check=False)
    except OSError:
        return False
    return ended.returncode == 0


def sanitizers() -> list[str]:
    """For the compiler."""
    return [f"-fsanitize={'address,undefined' if is_native() else 'undefined'}", "-fno-sanitize-recover=all"]


def runtimes() -> list[str]:
    """For the linker, after the sanitizers."""
    return ["-static-libubsan", *(["-static-libasan"] if is_native() else [])]


def command(program: str, options: str = "") -> list[str]:
    """What runs the program, at addresses that leave the kernel's free; `options` are AddressSanitizer's."""
    if not is_native():
        return [EMULATOR, program]
    return ["setarch", "-R", "env", f"ASAN_OPTIONS=detect_leaks=0{options}", program]
