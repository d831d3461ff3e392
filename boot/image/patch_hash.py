#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Which code is this?  Writes the hash of a kernel's text into its note section, where the kernel prints it from."""

import hashlib
import pathlib
import sys

from elftools.elf.elffile import ELFFile

DIGITS = 16


def text_hash(path: pathlib.Path) -> str:
    """First 16 hexadecimal digits of the SHA-256 of section .text."""
    with path.open("rb") as stream:
        section = ELFFile(stream).get_section_by_name(".text")
        return hashlib.sha256(section.data()).hexdigest()[:DIGITS]


def patch(path: pathlib.Path) -> str:
    digits = text_hash(path)
    with path.open("rb") as stream:
        offset = ELFFile(stream).get_section_by_name(".banner")["sh_offset"]
    with path.open("r+b") as stream:
        stream.seek(offset)
        stream.write(digits.encode())
    return digits


if __name__ == "__main__":
    print(patch(pathlib.Path(sys.argv[1])))
