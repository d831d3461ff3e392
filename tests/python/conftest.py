# SPDX-License-Identifier: BSD-2-Clause
"""What every test needs: the project on the path, and a command line whose make and QEMU are the fakes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

import synthetic  # noqa: E402
from command_line import FAKES, ROOT, SECONDS, Ended, Lab  # noqa: E402

from analysis import records  # noqa: E402
from analysis.tables import interaction, layouts  # noqa: E402
from bench.run.reference import FURTHER_FIGURES  # noqa: E402
from analysis.tables.all import tables  # noqa: E402
from analysis.tables.table import render  # noqa: E402


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "L4LAB_BUILD": str(tmp_path / "build"),
        "PATH": f"{FAKES}:{os.environ['PATH']}",
        "NO_COLOR": "1",
    }


@pytest.fixture
def lab(environment: dict[str, str]) -> Lab:
    """`lab("list", "axes", FAKE="hang")` runs the command line; upper-case keywords are environment variables."""

    def call(*words: str, **variables: str) -> Ended:
        command = [sys.executable, str(ROOT / "l4lab"), *words]
        return subprocess.run(
            command, env={**environment, **variables}, capture_output=True, text=True, timeout=SECONDS, check=False
        )

    return call


@pytest.fixture(scope="session")
def campaign_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of synthetic records of the whole default campaign."""
    folder = tmp_path_factory.mktemp("raw")
    synthetic.write_campaign(folder)
    return folder


@pytest.fixture(scope="session")
def table_folder(campaign_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of those records, of the other benchmarks that have figures, and of the second processor."""
    folder, further = tmp_path_factory.mktemp("tables"), tmp_path_factory.mktemp("further")
    synthetic.write_further(further)
    filled = tables(records.load_campaign(further))
    filled["layouts.csv"] = render(layouts.rows(synthetic.layout_records()))
    for name in FURTHER_FIGURES:
        (folder / f"{name}.csv").write_text(filled[f"{name}.csv"])
    for name, text in tables(records.load_campaign(campaign_folder)).items():
        (folder / name).write_text(text)
    (folder / "interaction.csv").write_text(render(interaction.rows(synthetic.combinations())))
    second, raw = folder / "pentium", tmp_path_factory.mktemp("pentium")
    second.mkdir()
    synthetic.write_second(raw)
    for name, text in tables(records.load_campaign(raw)).items():
        (second / name).write_text(text)
    return folder
