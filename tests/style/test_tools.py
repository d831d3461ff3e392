# SPDX-License-Identifier: BSD-2-Clause
"""Do the checkers that Debian ships find nothing? Formatter, linters and the type checker, over every file of theirs."""

import os
import sys
from pathlib import Path

import files
import pytest

from bench.run import process

SECONDS = 200
PARTS = 4
KERNEL_FLAGS = (
    "--target=i686-linux-gnu -m32 -march=i486 -std=gnu11 -ffreestanding -mgeneral-regs-only -Wall -Wextra -Wshadow"
    " -Wno-unused-function -I. -Iboot/image/L00"
).split()
MODEL_FLAGS = "-std=gnu11 -Wall -Wextra -Wshadow -I.".split()
# Between them these have every choice of every axis.
SELECTIONS = ("liedtke93", "baseline-plus-space")
# Folders whose modules see each other; tests have helpers of the same names, so each folder is a run of its own. All share a
# cache, which knows a module by its content: what the first has read of libraries and of the kit serves the others.
TESTS = sorted({name.split("/")[1] for name in files.below("tests", suffixes=files.PYTHON) if name.count("/") > 1})
TYPED = ("bench analysis boot variants l4lab", *(f"tests/{name}" for name in TESTS))


def said(command: list[str]) -> str:
    """What a checker says, empty if it is content."""
    ended = process.run(command, SECONDS, files.ROOT)
    return "" if ended.status == 0 else ended.output + ended.errors or f"status {ended.status}"


def test_clang_format() -> None:
    assert said(["clang-format", "--dry-run", "--Werror", *files.below()]) == ""


@pytest.fixture(scope="session")
def selections(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Folders with the headers that bind the choices of each selection."""
    folders = [tmp_path_factory.mktemp(name) for name in SELECTIONS]
    for name, folder in zip(SELECTIONS, folders):
        assert said([sys.executable, "variants/select.py", "--variant", name, "--out", str(folder)]) == ""
    return folders


def part_of(names: list[str], part: int) -> list[str]:
    """Parts that several test processes can take at once."""
    return names[part::PARTS]


def tidy(names: list[str], flags: list[str]) -> str:
    """One process for each file: clang-tidy 14 confuses the argument lists of several."""
    return "".join(said(["clang-tidy", "--quiet", name, "--", *flags]) for name in names)


def sees_a_choice(name: str, folder: Path) -> bool:
    """Without one a file is the same text under every selection."""
    ended = process.run(["i686-linux-gnu-gcc", "-MM", "-I.", "-Iboot/image/L00", f"-I{folder}", name], SECONDS, files.ROOT)
    assert ended.status == 0, ended.errors
    return str(folder) in ended.output


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("selection", range(len(SELECTIONS)), ids=SELECTIONS)
def test_clang_tidy_of_the_kernel(selection: int, part: int, selections: list[Path]) -> None:
    folder = selections[selection]
    names = files.below("kernel", suffixes=(".c",)) + (folder / "variant.mk").read_text().split()[2:]
    if selection:
        names = [name for name in names if sees_a_choice(name, folder)]
        assert names
    assert tidy(part_of(names, part), [*KERNEL_FLAGS, f"-I{folder}"]) == ""


@pytest.mark.parametrize("part", range(PARTS))
def test_clang_tidy_of_the_model(part: int) -> None:
    assert tidy(part_of(files.below("boot/model", suffixes=(".c",)), part), MODEL_FLAGS) == ""


CPPCHECK = "cppcheck --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 --quiet -I. -Iboot/image/L00".split()
# Its loop over the words of a short message fills as many as the next one reads: the bound between them only shrinks.
NOT_UNINITIALIZED = "--suppress=uninitvar:variants/transfer/double_copy.h"


@pytest.mark.parametrize("selection", range(len(SELECTIONS)), ids=SELECTIONS)
def test_cppcheck_of_the_kernel(selection: int, selections: list[Path]) -> None:
    assert said([*CPPCHECK, NOT_UNINITIALIZED, f"-I{selections[selection]}", "kernel", "variants"]) == ""


def test_cppcheck_of_the_rest() -> None:
    assert said([*CPPCHECK, "boot/model", "bench", "tests/guest", "tests/fuzz", "tests/model", "tests/host", "tests/host_fuzz"]) == ""


def test_shellcheck() -> None:
    scripts = files.scripts("bash") + files.scripts("/sh")
    assert ".ci/run" in scripts
    assert said(["shellcheck", *scripts]) == ""


@pytest.mark.parametrize("folders", TYPED)
def test_mypy(folders: str) -> None:
    first, *_ = words = folders.split()
    path = os.pathsep.join([str(files.ROOT), *([str(files.ROOT / first)] if first.startswith("tests/") else [])])
    options = ["--strict", "--ignore-missing-imports", "--explicit-package-bases", "--no-error-summary"]
    assert said(["env", f"MYPYPATH={path}", "mypy", *options, *words]) == ""
