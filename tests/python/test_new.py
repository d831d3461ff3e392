# SPDX-License-Identifier: BSD-2-Clause
"""Which names does `l4lab new` refuse, and is what it writes found by the rest? (tests/images/test_extending.py builds it.)"""

from pathlib import Path

import pytest

from bench.run import new
from bench.run.errors import UsageError
from bench.run.paths import ROOT


@pytest.mark.parametrize("name", ["Loud", "2nd", "with space", "a/b", "../a", "a.b", "", "x" * 41, "dash-ed"])
def test_bad_names_of_choices_and_benchmarks(name: str) -> None:
    with pytest.raises(UsageError, match="is no name"):
        new.choice(name, "queue", None)
    with pytest.raises(UsageError, match="is no name"):
        new.benchmark(name)


@pytest.mark.parametrize("name", ["Loud", "with_underscore", "a+b", "a.b", "../a"])
def test_bad_names_of_variants(name: str) -> None:
    with pytest.raises(UsageError, match="is no name"):
        new.variant(name, "liedtke93", [])


@pytest.mark.parametrize("name", ["lazy", "queue", "mine_user", "mine_state"])
def test_taken_names_of_choices(name: str) -> None:
    with pytest.raises(UsageError):
        new.choice(name, "queue", None)


@pytest.mark.parametrize("name", ["baseline", "model", "store", "combinations"])
def test_taken_names_of_variants(name: str) -> None:
    with pytest.raises(UsageError, match="already"):
        new.variant(name, "liedtke93", [])


@pytest.mark.parametrize("name", ["pingpong", "ipc_selftest", "kernel"])
def test_taken_names_of_benchmarks(name: str) -> None:
    with pytest.raises(UsageError, match="already"):
        new.benchmark(name)


def test_unknown_axes_and_choices_are_refused_with_the_known() -> None:
    with pytest.raises(UsageError, match="queue"):
        new.choice("mine", "nix", None)
    with pytest.raises(UsageError, match="queue"):
        new.variant("mine", "liedtke93", ["nix=lazy"])
    with pytest.raises(UsageError, match="eager, lazy"):
        new.choice("mine", "queue", "nix")


def test_companions_of_a_choice_come_along() -> None:
    files = new.choice("mine", "space", "small")
    names = {path.relative_to(ROOT).as_posix() for path in files}
    assert names == {f"variants/space/mine{end}" for end in (".h", ".c", ".S", "_state.h")} | {
        "tests/images/test_choice_space_mine.py"
    }
    assert not any('"variants/space/small' in text for text in files.values())


def test_a_file_that_is_there_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new, "TESTS", tmp_path)
    (tmp_path / "test_benchmark_mine.py").write_text("kept")
    with pytest.raises(UsageError, match="is there already"):
        new.benchmark("mine")
