# SPDX-License-Identifier: BSD-2-Clause
"""Does README show the committed numbers, and no number that somebody typed and nobody checks?"""

import re
import tomllib
from pathlib import Path

import pytest

from analysis import compare, readme_numbers
from analysis.paper import model
from analysis.tables.table import read
from bench.run import catalog
from bench.run.commands import compare as comparing
from bench.run.commands import reproduce
from bench.run.errors import Missing
from bench.run.paths import CAMPAIGNS, ROOT, TABLES

README = (ROOT / "README.md").read_text()
# Words with digits that are names: processors, kernels, registers, versions, years, options.
NAMES = re.compile(r"\bi?486(?:DX|s)?\b|\bx86\b|32-bit|\bL4(?:Lab)?\b|\bCR3\b|BSD-2-Clause|\bGPL-2\.0\b|Debian 12|liedtke93|\b19\d\d\b|FULL=1|NO_INSTALL=1|words 0-2|sigma0")
# Numbers of the program, which are compared with the program's own; {} is where they stand.
CONSTANTS = {
    "built in {} generated layouts": comparing.LAYOUTS,
    "the {:g} % interval": 100 * compare.LEVEL,
    "and {} layouts (less than an hour)": tomllib.loads((CAMPAIGNS / f"{reproduce.LAYOUTS}.toml").read_text())["layouts"],
    "end with status {}": Missing.status,
    "over all {} combinations": len(catalog.combinations()),
    "at {} MHz would take": catalog.machine("i486").clock_mhz,
}
CODE = re.compile(r"```.*?```|`[^`\n]*`|^    [^\n]*$|!?\[[^]]*\]\([^)]*\)|<!--.*?-->", re.DOTALL | re.MULTILINE)
EXIT = re.compile(r"^0 ok, 1 .*?^$", re.DOTALL | re.MULTILINE)


def typed(text: str) -> list[str]:
    """The lines that hold a digit which is neither a name's, nor the program's, nor the machine's, nor a command's."""
    for phrase, value in CONSTANTS.items():
        text = text.replace(phrase.format(value), "")
    left = NAMES.sub("", CODE.sub("", EXIT.sub("", text)))
    return re.findall(r"[^\n]*\d[^\n]*", left)


def test_readme_shows_the_committed_tables() -> None:
    assert readme_numbers.replaced(README, TABLES) == README


def test_no_number_is_typed_by_hand() -> None:
    assert typed(readme_numbers.outside(README)) == []


@pytest.mark.parametrize("phrase", CONSTANTS)
def test_constants_are_those_of_the_program(phrase: str) -> None:
    assert phrase.format(CONSTANTS[phrase]) in README


def test_a_typed_number_is_found() -> None:
    assert typed("It takes 297.5 cycles on an i486 (`--layouts 20`).") == ["It takes 297.5 cycles on an  ()."]
    assert typed("    ./l4lab run --layouts 20\n\nIt takes 3.\n") == ["It takes 3."]
    assert typed("built in 21 generated layouts") and not typed("built in 20 generated layouts")


@pytest.mark.parametrize("table", ["ablation", "pentium/small_spaces"])
def test_another_table_gives_another_readme(table: str, tmp_path: Path) -> None:
    (tmp_path / "pentium").mkdir()
    for name in ("ablation", "pentium/small_spaces"):
        text = (TABLES / f"{name}.csv").read_text()
        rows = read(TABLES / f"{name}.csv")
        value = next(row["one_way_cycles_with"] for row in rows) if name == "ablation" else readme_numbers.small(TABLES)["one_way_cycles"]
        (tmp_path / f"{name}.csv").write_text(text.replace(f",{value},", ",98765,") if name == table else text)
    made = readme_numbers.replaced(README, tmp_path)
    assert "98765" in made and made != README


def test_the_two_records_of_the_pentium_agree() -> None:
    """Its short message stands in the campaign's table and in that of the validation."""
    found = float(model.load("pentium").figure(model.SHORT)["modelled"])
    assert float(readme_numbers.small(TABLES)["one_way_cycles"]) == found
