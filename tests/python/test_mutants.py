# SPDX-License-Identifier: BSD-2-Clause
"""Can every fault of tests/mutants still be planted, and is there the test that must catch it? None is planted here."""

import importlib.util
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

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


@pytest.fixture
def runner() -> ModuleType:
    place = importlib.util.spec_from_file_location("mutants_run", ROOT / "tests/mutants/run.py")
    assert place and place.loader
    module = importlib.util.module_from_spec(place)
    sys.modules[place.name] = module
    place.loader.exec_module(module)
    return module


def test_faults_are_chosen_by_name_and_by_file(runner: ModuleType) -> None:
    of_file = [row["name"] for row in tomllib.loads((ROOT / "tests/mutants/pentium.toml").read_text())["mutant"]]
    assert list(runner.chosen(["pentium.toml"])) == of_file
    assert list(runner.chosen(["no window*", "pentium.toml"])) == ["no window flush", "no window flush, host", *of_file]
    assert list(runner.chosen([])) == [row["name"] for row in mutants()]


def test_an_unknown_fault_is_refused(runner: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        runner.chosen(["no window flush", "nonsense"])
    assert refused.value.code == 2
    assert "'nonsense'; known: devices.toml" in capsys.readouterr().err
