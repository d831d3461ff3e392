# SPDX-License-Identifier: BSD-2-Clause
"""Does the paper say what the tables say, and nothing that somebody typed?"""

import re
import shutil
from pathlib import Path

import pytest
from command_line import Lab

from analysis.paper import model, tex
from analysis.paper.document import TEMPLATES, bibliography, document
from analysis.paper.facts import PaperError
from analysis.tables.table import read

# Words with digits that are names: processors, kernels, variants, an interface.
NAMES = re.compile(r"\b(?:i486(?:DX)?|x86|L4(?:Lab)?|[Ll]3|CR3|X\.0|liedtke93|suite-1)\b")
# What LaTeX and jinja need and nobody reads: expressions, statements, comments, citations, labels, arguments of commands.
MARKUP = re.compile(r"<<.*?>>|<%.*?%>|<#.*?#>|\\(?:cite|ref|label|bibitem)\{[^}]*\}", re.DOTALL)
LAYOUT = "layout.tex"
FIGURES = {"message_length", "ablation", "minimum_path", "small_spaces", "samples", "working_set", "growth", "validation", "layouts"}
FIGURES |= {f"pentium/{name}" for name in ("ablation", "small_spaces", "validation", "structure", "short_ipc")}


def templates() -> list[Path]:
    return [path for path in sorted(TEMPLATES.glob("*.tex")) if path.name != LAYOUT]


def prose(path: Path) -> str:
    return NAMES.sub("", MARKUP.sub("", path.read_text()))


@pytest.mark.parametrize("path", templates(), ids=[path.stem for path in templates()])
def test_no_number_is_typed_by_hand(path: Path) -> None:
    assert re.findall(r"[^\n]*\d[^\n]*", prose(path)) == []


# A number in an expression would be typed as well, unless it only counts or compares with nothing.
def test_no_number_is_hidden_in_an_expression() -> None:
    inside = [found for path in templates() for found in re.findall(r"<<.*?>>|<%.*?%>", path.read_text(), re.DOTALL)]
    allowed = re.compile(r"(?:moving|path|small_spaces|lazy_scheduling|layouts)\[0\]|== 0|> 0|\"9\" \*")
    assert len(inside) > 50
    assert [one for one in inside if re.search(r"\d", NAMES.sub("", allowed.sub("", MARKUP.sub("", one[2:-2]))))] == []


def test_the_test_finds_a_typed_number(tmp_path: Path) -> None:
    path = tmp_path / "bad.tex"
    path.write_text(r"An i486 takes 250 cycles~\cite{liedtke95}, and << base.one_way_cycles >> here.")
    assert re.findall(r"\d+", prose(path)) == ["250"]


def test_the_text_has_the_values_of_the_tables(table_folder: Path) -> None:
    text = document(table_folder, FIGURES)
    assert "takes 200 modelled cycles one way" in text
    assert r"adds 20 cycles (10 \%) at 8 bytes" in text
    assert "message & +20" in text and "queue & +30" in text


def changed(folder: Path, target: Path, table: str, key: str, before: str, after: str) -> Path:
    """The tables with one value changed wherever the column has it."""
    shutil.copytree(folder, target, dirs_exist_ok=True)
    rows = read(folder / f"{table}.csv")
    assert any(row[key] == before for row in rows)
    lines = [",".join(rows[0])] + [",".join(f'"{after if (k, v) == (key, before) else v}"' for k, v in row.items()) for row in rows]
    (target / f"{table}.csv").write_text("\n".join(lines) + "\n")
    return target


def test_another_value_gives_another_text(table_folder: Path, tmp_path: Path) -> None:
    text = document(changed(table_folder, tmp_path, "message_length", "one_way_cycles", "200", "777"), FIGURES)
    assert "takes 777 modelled cycles one way" in text and "takes 200 modelled" not in text


def test_the_second_processor_is_in_the_text(table_folder: Path, tmp_path: Path) -> None:
    """150: two small tasks of the made-up campaign; 121: the published cycles."""
    text = document(table_folder, FIGURES)
    assert r"\section{The Pentium}" in text and "between small address spaces takes\n150 cycles, where Liedtke's kernel took 121" in text
    text = document(changed(table_folder, tmp_path, "pentium/small_spaces", "one_way_cycles", "150", "151"), FIGURES)
    assert "between small address spaces takes\n151 cycles" in text


def test_the_placements_are_in_the_text(table_folder: Path, tmp_path: Path) -> None:
    text = document(table_folder, FIGURES)
    assert "linked in 5 generated placements" in text and "by up to 4 cycles" in text
    shutil.copytree(table_folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "layouts.csv").unlink()
    assert "The table of the placements is missing" in document(tmp_path, FIGURES)


def test_without_the_second_processor_there_is_no_paper(table_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(table_folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "pentium" / "small_spaces.csv").unlink()
    with pytest.raises(PaperError, match="pentium/small_spaces.csv is missing"):
        document(tmp_path, FIGURES)


def test_every_table_of_a_model_is_printed(table_folder: Path) -> None:
    text = document(table_folder, FIGURES)
    for machine in ("i486", "pentium"):
        of = model.load(machine)
        assert all(tex.escape(row["name"]) in text for row in of.of_kind("independent"))
        assert all(tex.escape(row["name"].strip()) in text for row in of.of_kind("other_kernel"))


def test_tables_of_different_models_are_not_passed_over(table_folder: Path, tmp_path: Path) -> None:
    assert "Mixed versions" not in document(table_folder, FIGURES)
    text = document(changed(table_folder, tmp_path, "growth", "model", "d" * 12, "e" * 12), FIGURES)
    assert "Mixed versions" in text and r"\texttt{eeeeeeeeeeee} for growth." in text


def test_what_is_missing_is_said(table_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(table_folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "growth.csv").unlink()
    assert "The tables of growth are missing from this run" in document(tmp_path, FIGURES)
    (tmp_path / "minimum_path.csv").unlink()
    with pytest.raises(PaperError, match="minimum_path.csv is missing"):
        document(tmp_path, FIGURES)


def test_every_reference_has_its_target(table_folder: Path) -> None:
    text = document(table_folder, FIGURES)
    cited = {key for group in re.findall(r"\\cite\{([^}]*)\}", text) for key in group.split(",")}
    assert cited and cited == {work["key"] for work in bibliography()} & cited
    assert set(re.findall(r"\\ref\{([^}]*)\}", text)) <= set(re.findall(r"\\label\{([^}]*)\}", text)) | {"table:suite-1"}
    assert set(re.findall(r"\\includegraphics\[[^]]*\]\{([\w/]+)\.pdf\}", text)) == FIGURES


def test_begin_and_end_match(table_folder: Path) -> None:
    opened: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{([^}]*)\}", document(table_folder, FIGURES)):
        if kind == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert opened == []


def test_escaping() -> None:
    assert tex.finalize("a_b 5 % {x}") == r"a\_\allowbreak{}b 5 \% \{x\}"
    assert tex.finalize(tex.Tex(r"\small")) == r"\small"
    assert (tex.number(-0.01), tex.number(297.5), tex.number("8.0"), tex.number(3, True)) == ("0", "297.5", "8", "+3")
    assert tex.code("--case") == r"\texttt{{-}{-}case}"


def test_the_command_writes_the_same_bytes_twice(lab: Lab, table_folder: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        ended = lab("paper", "--from", str(table_folder), "--to", str(tmp_path / name), "--tex-only")
        assert ended.returncode == 0, ended.stderr
    texts = [(tmp_path / name / "l4lab.tex").read_bytes() for name in ("one", "two")]
    assert texts[0] == texts[1] and (tmp_path / "one" / "figures" / "ablation.pdf").exists()


def test_without_tables_there_is_no_paper(lab: Lab, tmp_path: Path) -> None:
    assert lab("paper", "--from", str(tmp_path), "--tex-only").returncode == 3
