# SPDX-License-Identifier: BSD-2-Clause
"""Which files is a new choice, variant or benchmark, and which names can it have? Plans them; the command writes them."""

import keyword
import re
from collections.abc import Iterable
from pathlib import Path

from bench.run import catalog, templates
from bench.run.errors import UsageError
from bench.run.paths import BENCHMARKS, ROOT, VARIANTS, shown

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
VARIANT_NAME = re.compile(r"[a-z][a-z0-9-]*")
LONGEST_NAME = 40
# Parts of a choice's file names that select.py tells companions by.
COMPANIONS = ("_state", "_user")
# Names of other things in build/, beside which each variant has a folder.
BUILD_FOLDERS = "failed figures gate host iso layouts model results runs store validate".split()
# Programs of every image.
PROGRAMS = ("kernel", "sigma0")
TESTS = ROOT / "tests" / "images"
Files = dict[Path, str]


def _check_name(kind: str, name: str, pattern: re.Pattern[str], words: str) -> None:
    if not pattern.fullmatch(name) or len(name) > LONGEST_NAME:
        raise UsageError(f"'{name}' is no name for a {kind}: {words}, at most {LONGEST_NAME} characters, beginning with a letter")


def _check_free(kind: str, name: str, taken: Iterable[str]) -> None:
    if name in taken:
        raise UsageError(f"there is a {kind} '{name}' already, or something else of that name")


def _checked(files: Files) -> Files:
    for path in files:
        if path.exists():
            raise UsageError(f"{shown(path)} is there already")
    return files


def choice(name: str, axis: str, source: str | None) -> Files:
    """A copy of a choice of the axis (the first if None) under another name, with its companion files."""
    axes = catalog.axes()
    catalog.known("axis", axis, axes)
    _check_name("choice", name, IDENTIFIER, "small letters, digits and '_'")
    if name.endswith(COMPANIONS):
        raise UsageError(f"'{name}' is no name for a choice: files that end in {' or '.join(COMPANIONS)} are parts of one")
    _check_free("choice", name, [axis, *axes[axis]])
    begun = catalog.known(f"choice for axis {axis}:", source or axes[axis][0], axes[axis])
    old = re.compile(rf"(?<=variants/{axis}/){begun}(?=[_.])")
    parts = [path for path in (VARIANTS / axis).iterdir() if re.fullmatch(rf"{begun}(_state|_user)?\.[chS]", path.name)]
    files = {path.with_name(name + path.name.removeprefix(begun)): old.sub(name, path.read_text()) for path in sorted(parts)}
    test = TESTS / f"test_choice_{axis}_{name}.py"
    return _checked({**files, test: templates.CHOICE_TEST.format(name=name, axis=axis)})


def variant(name: str, base: str, overrides: list[str]) -> Files:
    _check_name("variant", name, VARIANT_NAME, "small letters, digits and '-'")
    _check_free("variant", name, [*catalog.variants(), *BUILD_FOLDERS, "all", "combinations"])
    catalog.variant(base, overrides)
    pairs = dict(pair.split("=", 1) for pair in overrides)
    summary = f"{base}, with {', '.join(overrides)}" if overrides else f"the same as {base}"
    lines = ["# SPDX-License-Identifier: BSD-2-Clause", f'summary = "{summary}"', f'base = "{base}"', "[axes]"]
    text = "\n".join([*lines, *(f'{axis} = "{chosen}"' for axis, chosen in sorted(pairs.items()))]) + "\n"
    test = TESTS / f"test_variant_{name.replace('-', '_')}.py"
    return _checked({VARIANTS / f"{name}.toml": text, test: templates.VARIANT_TEST.format(name=name)})


def benchmark(name: str) -> Files:
    _check_name("benchmark", name, IDENTIFIER, "small letters, digits and '_'")
    guest_tests = [path.stem for path in (ROOT / "tests" / "guest").glob("*.c")]
    _check_free("benchmark", name, [*catalog.benchmarks(), *guest_tests, *PROGRAMS, *keyword.kwlist])
    return _checked({
        BENCHMARKS / f"{name}.c": templates.BENCHMARK.format(name=name),
        TESTS / f"test_benchmark_{name}.py": templates.BENCHMARK_TEST.format(name=name),
    })
