# SPDX-License-Identifier: BSD-2-Clause
"""Which rules of the interface does each test say that it checks?

A guest test calls `covers("case", "rule rule")`, which also prints it; a test in Python has the mark `covers`. Both are
found in the sources, so that no image need be built for a list.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "tests" / "conformance" / "rules.psv"
GUEST = ROOT / "tests" / "guest"
CALL = re.compile(r'\bcovers\(\s*"([^"]+)",\s*((?:"[^"]*"\s*)+)\)')
MARK = re.compile(r"^@pytest\.mark\.covers\(([^)]*)\)\n(?:@.*\n)*def (test_\w+)", re.MULTILINE)
LITERAL = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Rule:
    id: str
    section: str
    text: str


@dataclass(frozen=True)
class Claim:
    """`test` is the guest program, or the path of a Python file; `case` its row or function."""

    test: str
    case: str
    rules: tuple[str, ...]


def rules() -> list[Rule]:
    """In the order of the file."""
    lines = [line for line in RULES.read_text().splitlines() if not line.startswith("#")]
    return [Rule(*line.split("|")) for line in lines[1:]]


def _words(literals: str) -> tuple[str, ...]:
    return tuple(" ".join(LITERAL.findall(literals)).split())


def of_program(program: str) -> list[Claim]:
    source = GUEST / f"{program}.c"
    text = source.read_text() if source.exists() else ""
    return [Claim(program, case, _words(literals)) for case, literals in CALL.findall(text)]


def _of_python(path: Path) -> list[Claim]:
    name = str(path.relative_to(ROOT))
    return [Claim(name, function, _words(literals)) for literals, function in MARK.findall(path.read_text())]


def _all() -> Iterator[Claim]:
    for path in sorted(GUEST.glob("*.c")):
        yield from of_program(path.stem)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        yield from _of_python(path)


def all_claims() -> list[Claim]:
    return list(_all())
