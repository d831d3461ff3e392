# SPDX-License-Identifier: BSD-2-Clause
"""Are the figures there in every format, the same bytes each time, and with the words that a caption owes?"""

import re
from pathlib import Path

import pytest

from analysis.figures.all import FIGURES, figures
from bench.run.errors import RunFailed
from bench.run import derive


@pytest.fixture(scope="module")
def drawn(table_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return figures(table_folder, tmp_path_factory.mktemp("figures"))


def test_every_figure_in_every_format(drawn: list[Path]) -> None:
    assert {path.name for path in drawn} == {f"{name}.{kind}" for name in FIGURES for kind in ("pdf", "svg", "png")}


def test_equal_tables_give_equal_bytes(drawn: list[Path], table_folder: Path, tmp_path: Path) -> None:
    for path in figures(table_folder, tmp_path):
        assert path.read_bytes() == next(one for one in drawn if one.name == path.name).read_bytes(), path.name


def test_no_figure_holds_a_date_or_a_path(drawn: list[Path], table_folder: Path) -> None:
    for path in drawn:
        content = path.read_bytes()
        assert not re.search(rb"D:(19|20)\d\d|<dc:date>", content), path.name
        assert str(table_folder).encode() not in content


@pytest.fixture(scope="module")
def readable(table_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SVGs with text as text: gnuplot writes it so, and matplotlib does when it is told to."""
    import matplotlib

    folder = tmp_path_factory.mktemp("readable")
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        figures(table_folder, folder)
    return folder


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_captions_say_what_the_numbers_are(readable: Path, name: str) -> None:
    text = (readable / f"{name}.svg").read_text()
    for word in (
        "One way = round trip / 2",
        "odelled cycles",
        "machine i486",
        "board async-l2",
        "warm, n = 5 after 8 warm-ups",
    ):
        assert word in text


def test_figures_without_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match="holds no table"):
        derive.figures(tmp_path, tmp_path / "out")
