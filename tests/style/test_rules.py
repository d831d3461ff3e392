# SPDX-License-Identifier: BSD-2-Clause
"""Are the rules of the house kept that no checker knows: lengths, licence lines, conditional compilation, no unfinished
business?
"""

import ast
import re
from collections.abc import Iterator

import files

FILE_LINES, FUNCTION_LINES, KERNEL_LINES = 400, 80, 8000
CONDITIONALS_PER_1000_LINES = 1
CONDITIONAL = re.compile(r"^\s*#\s*(?:el)?if", re.MULTILINE)
SPDX = re.compile(r"^\W*SPDX-License-Identifier: (\S+)", re.MULTILINE)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
SOURCES = (*files.C, *files.ASSEMBLY, *files.PYTHON, ".sh", ".toml", ".ld", ".inc", ".gp", ".psv", "Makefile", ".ini")
# Of the kernel only its own folder and the variants; a variant's choice must never be a question to the preprocessor.
WITHOUT_CONDITIONALS = ("kernel/ipc", "kernel/thread", "variants")


def lines(name: str) -> int:
    return (files.text(name) or "").count("\n")


def test_files_are_short() -> None:
    assert [name for name in files.below(suffixes=SOURCES) if lines(name) > FILE_LINES] == []


def test_the_kernel_stays_small() -> None:
    """Of what a reader must read to know all of it, blanks and comments included."""
    sources = files.below("kernel", "variants", suffixes=files.C + files.ASSEMBLY)
    assert len(sources) > 100
    assert sum(lines(name) for name in sources) < KERNEL_LINES


def c_functions(name: str) -> Iterator[tuple[str, int]]:
    """(place, lines) of every function: its body's braces are the only ones that stand alone at the left margin."""
    opened = 0
    for number, line in enumerate((files.text(name) or "").splitlines(), 1):
        if line == "{":
            opened = number
        elif line.startswith("}") and opened:
            yield f"{name}:{opened}", number - opened + 1
            opened = 0


def python_functions(name: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(files.text(name) or "")):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_functions_are_short() -> None:
    functions = [found for name in files.below() for found in c_functions(name)]
    functions += [found for name in files.below(suffixes=files.PYTHON) for found in python_functions(name)]
    assert len(functions) > 500
    assert [found for found in functions if found[1] > FUNCTION_LINES] == []


def test_no_conditional_compilation_on_an_axis() -> None:
    sources = files.below(*WITHOUT_CONDITIONALS, suffixes=files.C + files.ASSEMBLY)
    assert sources
    assert [name for name in sources if CONDITIONAL.search(files.text(name) or "")] == []


def test_hardly_any_conditional_compilation() -> None:
    sources = files.below(suffixes=files.C + files.ASSEMBLY)
    found = sum(len(CONDITIONAL.findall(files.text(name) or "")) for name in sources)
    assert 1000 * found <= CONDITIONALS_PER_1000_LINES * sum(map(lines, sources))


def test_every_source_has_one_licence_line() -> None:
    wrong = {name: found for name in files.below(suffixes=SOURCES) if len(found := SPDX.findall(files.text(name) or "")) != 1}
    assert wrong == {}


def test_licences() -> None:
    """The plugin is loaded into QEMU; everything else is the project's."""
    wrong = []
    for name in files.below(suffixes=SOURCES):
        wanted = "GPL-2.0-or-later" if name.startswith("boot/model/") else "BSD-2-Clause"
        wrong += [name for licence in SPDX.findall(files.text(name) or "") if licence != wanted]
    assert wrong == []


def test_nothing_is_left_to_do() -> None:
    assert [name for name in files.names() if UNFINISHED.search(files.text(name) or "")] == []


def test_scripts_name_debians_python() -> None:
    assert [name for name in files.scripts("python") if files.first_line(name).strip() != "#!/usr/bin/python3"] == []
