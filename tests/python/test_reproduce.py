# SPDX-License-Identifier: BSD-2-Clause
"""Does a reproduction make tables of its records, compare all of them, and renew what the project keeps in the right order?

The records are the committed ones instead of new ones, so the committed tables must come out; nothing is drawn or probed.
"""

import argparse
import shutil
from pathlib import Path

import pytest

from bench.run import campaign, derive, reference, sweep
from bench.run.commands import reproduce, validate
from bench.run.paths import RAW, TABLES


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Sweeps copy committed records; figures and probes leave a file that says that they were asked for."""

    def copied(plan: campaign.Plan, folder: Path, jobs: int, force: bool = False) -> None:
        del jobs, force
        shutil.copytree(RAW / plan.name, folder)

    def left(folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("made\n")

    monkeypatch.setenv("L4LAB_BUILD", str(tmp_path / "build"))
    monkeypatch.setattr(sweep, "run", copied)
    monkeypatch.setattr(derive, "figures", lambda source, folder: left(folder, "drawn.pdf"))
    monkeypatch.setattr(validate, "write", lambda machine, folder: left(folder, f"{machine}.csv"))
    return tmp_path / "build"


def asked(further: bool = False, update: bool = False) -> argparse.Namespace:
    return argparse.Namespace(record=None, jobs=2, full=False, further=further, update_reference=update)


def test_the_committed_tables_are_those_of_the_committed_records(build: Path) -> None:
    del build
    reproduce._everything(asked())
    wanted = reference.reference(reproduce.CAMPAIGN, further=False)
    assert set(wanted.records) == {"default", "combinations", "pentium"}
    verdicts = {path: verdict for pair in (*wanted.records.values(), *wanted.tables) for path, verdict in pair.compare().items()}
    assert {"ablation.csv", "interaction.csv", "small_spaces.csv"} <= set(verdicts)
    assert {path: verdict for path, verdict in verdicts.items() if verdict != reference.SAME} == {}


def test_further_campaigns_fill_their_tables_and_both_models_are_probed(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reproduce, "_sweep", lambda name, jobs: Path(name))
    asked_for: dict[str, object] = {}
    tables = derive.tables

    def noted(raw: Path, folder: Path, only: tuple[str, ...] = ()) -> list[Path]:
        if raw.is_absolute():
            return tables(raw, folder, only)
        asked_for[raw.name] = only
        return []

    monkeypatch.setattr(derive, "tables", noted)
    monkeypatch.setattr(derive, "layouts", lambda raw, folder: asked_for.setdefault(raw.name, folder))
    assert reproduce._everything(asked(further=True)) == 1, "what was not made is not the committed"
    assert asked_for["suite"] == reference.FURTHER_TABLES and asked_for["layouts"] == build / "results" / "tables"
    assert (build / "validation" / "i486.csv").exists() and (build / "validation" / "pentium" / "pentium.csv").exists()


def test_without_further_its_tables_are_left_alone() -> None:
    first, *_ = reference.reference(reproduce.CAMPAIGN, further=False).tables
    assert "layouts.csv" not in first.compare() and (TABLES / "layouts.csv").exists()
    assert "layouts.csv" in reference.reference(reproduce.CAMPAIGN, further=True).tables[0].compare()
