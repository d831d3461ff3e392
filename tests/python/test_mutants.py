# SPDX-License-Identifier: BSD-2-Clause
"""Can every fault of tests/mutants still be planted, and is there the test that must catch it? None is planted here."""

import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MUTANTS = sorted((ROOT / "tests" / "mutants").glob("*.toml"))
COLLECT_SECONDS = 120
COLUMNS = {"name", "file", "old", "new", "test"}


def mutants() -> list[dict[str, str]]:
    return [row for path in MUTANTS for row in tomllib.loads(path.read_text())["mutant"]]


def occurrences(mutant: dict[str, str]) -> int:
    path = ROOT / mutant["file"]
    return path.read_text().count(mutant["old"]) if path.is_file() else 0


def test_every_mutant_has_a_name_of_its_own_and_changes_something() -> None:
    assert len(mutants()) > 50
    assert [row for row in mutants() if row.keys() != COLUMNS or row["old"] == row["new"]] == []
    assert [name for name, count in Counter(row["name"] for row in mutants()).items() if count > 1] == []


def test_every_mutants_text_is_in_its_file_exactly_once() -> None:
    wrong = {row["name"]: occurrences(row) for row in mutants() if occurrences(row) != 1}
    assert wrong == {}


def test_every_mutants_test_exists() -> None:
    nodes = sorted({row["test"] for row in mutants()} - {"model"})
    files = sorted({node.split("::")[0] for node in nodes})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=COLLECT_SECONDS, check=False)
    assert ended.returncode == 0, ended.stdout
    assert [node for node in nodes if node not in ended.stdout.splitlines()] == []
