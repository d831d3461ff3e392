# SPDX-License-Identifier: BSD-2-Clause
"""Does the comparison with the committed files tell same from different, and does an update make them equal?"""

from pathlib import Path

import pytest

from bench.run.reference import Pair


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    made, committed = tmp_path / "made", tmp_path / "committed"
    for folder in (made, committed):
        folder.mkdir()
        (folder / "same.csv").write_text("1\n")
    (made / "changed.csv").write_text("1\n")
    (committed / "changed.csv").write_text("2\n")
    (made / "new.jsonl").write_text("{}\n")
    (committed / "old.pdf").write_text("%\n")
    (made / "new.provenance.json").write_text("{}\n")
    (committed / "README.md").write_text("kept\n")
    return Pair(made, committed)


def test_verdicts(pair: Pair) -> None:
    assert pair.compare() == {
        "changed.csv": "different",
        "new.jsonl": "not committed",
        "old.pdf": "not made",
        "same.csv": "same",
    }


def test_update_makes_them_equal(pair: Pair) -> None:
    pair.update()
    assert set(pair.compare().values()) == {"same"}
    assert (pair.committed / "README.md").read_text() == "kept\n"
    assert not (pair.committed / "new.provenance.json").exists()


def test_nothing_committed_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1\n")
    assert Pair(tmp_path, tmp_path / "none").compare() == {"a.csv": "not committed"}


RUN = '{"type":"run","variant":"v","qemu":"%s"}\n{"type":"samples","values":[%d]}\n'


def test_a_record_by_another_emulator_with_the_same_numbers(pair: Pair) -> None:
    (pair.made / "r.jsonl").write_text(RUN % ("7.2.22", 600))
    (pair.committed / "r.jsonl").write_text(RUN % ("7.2.21", 600))
    assert pair.compare()["r.jsonl"] == "other tools"
    (pair.committed / "r.jsonl").write_text(RUN % ("7.2.21", 601))
    assert pair.compare()["r.jsonl"] == "different"


def test_a_figure_by_the_same_tools_must_be_the_same(pair: Pair) -> None:
    for folder, text in ((pair.made, "a"), (pair.committed, "b")):
        (folder / "f.svg").write_text(text)
        (folder / "tools.json").write_text('{"gnuplot": "5.4"}\n')
    assert pair.compare()["f.svg"] == "different"
    (pair.made / "tools.json").write_text('{"gnuplot": "5.5"}\n')
    assert pair.compare()["f.svg"] == "other tools"


def test_files_of_other_campaigns_are_neither_compared_nor_removed(pair: Pair) -> None:
    (pair.committed / "suite.csv").write_text("1\n")
    apart = Pair(pair.made, pair.committed, ("suite.csv",))
    assert "suite.csv" in pair.compare() and "suite.csv" not in apart.compare()
    apart.update()
    assert (pair.committed / "suite.csv").exists()
