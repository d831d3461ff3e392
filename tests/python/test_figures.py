# SPDX-License-Identifier: BSD-2-Clause
"""Are the figures there in every format, the same bytes each time, and with the words that a caption owes?"""

import re
from itertools import combinations
from pathlib import Path

import pytest

from analysis.figures import style
from analysis.figures.all import figures, of_machine
from bench.run.errors import RunFailed
from bench.run import derive


FIGURES = of_machine("i486")
# What the campaign of the second processor can fill, the figures of its model, and what was published of it alone.
OF_THE_PENTIUM = {"ablation", "small_spaces", "samples", "validation", "structure", "short_ipc"}


@pytest.fixture(scope="module")
def drawn(table_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return figures(table_folder, tmp_path_factory.mktemp("figures"))


def test_every_figure_in_every_format(drawn: list[Path]) -> None:
    assert {path.name for path in drawn} == {f"{name}.{kind}" for name in FIGURES for kind in ("pdf", "svg", "png")}


def test_the_second_processor_has_its_own(table_folder: Path, tmp_path: Path) -> None:
    once, twice = (figures(table_folder / "pentium", tmp_path / name) for name in ("once", "twice"))
    assert {path.stem for path in once} == OF_THE_PENTIUM <= set(of_machine("pentium"))
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in twice]
    assert not {"message_length", "minimum_path"} & set(of_machine("pentium")), "these stand beside figures of a 486"


def test_a_folder_of_both_is_drawn_into_two(table_folder: Path, tmp_path: Path) -> None:
    found = {str(path.relative_to(tmp_path)) for path in derive.figures(table_folder, tmp_path) if path.suffix == ".svg"}
    assert {"ablation.svg", "pentium/ablation.svg", "pentium/short_ipc.svg"} <= found
    assert (tmp_path / "pentium" / "tools.json").read_bytes() == (tmp_path / "tools.json").read_bytes()


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


# What a figure's numbers are, where they are not one way.
WAYS = {"working_set": "One operation: a call", "samples": "Whole round trips"}
# Of the model's own tables: no message, no warm-ups.
OF_THE_MODEL = {"validation": "board async-l2", "structure": "board ideal"}


def words_of(svg: Path) -> str:
    """The text of a drawing as it is read: without marks, and with lines joined."""
    return " ".join(re.sub(r"<[^>]*>", " ", svg.read_text()).split())


@pytest.mark.parametrize("name", sorted(set(FIGURES) - set(OF_THE_MODEL)))
def test_captions_say_what_the_numbers_are(readable: Path, name: str) -> None:
    text = words_of(readable / f"{name}.svg")
    samples = "3" if name == "samples" else "5"
    count = "warm after 8 warm-ups; n = 5 layouts" if name == "layouts" else f"warm, n = {samples} after 8 warm-ups"
    conditions = ("odelled cycles", "machine i486", "board async-l2", count)
    for word in (WAYS.get(name, "One way = round trip / 2"), *conditions):
        assert word in text


@pytest.mark.parametrize("name", sorted(OF_THE_MODEL))
def test_figures_of_the_model_say_where(readable: Path, name: str) -> None:
    assert f"Modelled cycles, machine i486, {OF_THE_MODEL[name]}, model " in words_of(readable / f"{name}.svg")


def test_a_figure_has_one_of_two_widths(drawn: list[Path]) -> None:
    widths = set()
    for path in drawn:
        if path.suffix == ".pdf":
            found = re.search(rb"/MediaBox \[\s*0 0 ([0-9.]+)", path.read_bytes())
            assert found, path.name
            widths.add(round(float(found[1]) / 72, 1))
    assert widths == {round(style.COLUMN, 1), round(style.PAGE, 1)}


def luminance(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_techniques_differ_in_grey() -> None:
    """By their pattern, or by how dark they are."""
    for one, other in combinations(style.TECHNIQUES, 2):
        apart = abs(luminance(style.TECHNIQUES[one]) - luminance(style.TECHNIQUES[other]))
        assert style.HATCHES[one] != style.HATCHES[other] or apart > 0.2


def test_no_font_is_left_out_of_a_drawing(drawn: list[Path]) -> None:
    for path in drawn:
        if path.suffix == ".pdf":
            content = path.read_bytes()
            assert content.count(b"/FontFile2") >= len(set(re.findall(rb"/FontName /(\S+)", content))) > 0, path.name


def test_figures_without_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match="holds no table"):
        derive.figures(tmp_path, tmp_path / "out")
