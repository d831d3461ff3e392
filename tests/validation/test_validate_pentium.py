# SPDX-License-Identifier: BSD-2-Clause
"""Does `l4lab validate --machine pentium` report what it measured, with published values beside it?"""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from test_validate import ROOT, TABLES, of_kind, validate

PARTS = ("entering the kernel", "leaving the kernel", "segment registers", "kernel and user code")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("validation")
    (folder / "report.json").write_text(validate(folder, "--machine", "pentium", "--json"))
    return folder


@pytest.fixture(scope="module")
def report(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return loaded


def test_forms_and_rules_are_as_documented(report: dict[str, Any]) -> None:
    assert (report["machine"], report["board"], len(report["model_hash"])) == ("pentium", "ideal", 64)
    assert report["forms"] > 400 and report["forms_wrong"] == 0
    assert report["rules"] > 80 and report["rules_wrong"] == 0


def test_structures_are_recovered_from_time_alone(report: dict[str, Any]) -> None:
    assert [one["recovered"] for one in report["structures"]] == [8192, 32, 2, 64]


def test_identities_are_exact(report: dict[str, Any]) -> None:
    figures = {row["name"]: row for row in of_kind(report, "identity")}
    assert figures["int to inner level and iret"]["published"] == 75
    assert figures["segment switch"]["published"] == 15
    assert figures["TLB refill, whole: 32 of code, 64 of data"]["published"] == 864
    assert {row["error_percent"] for row in figures.values()} == {0.0}


def test_headline_is_that_of_the_rows(report: dict[str, Any]) -> None:
    counted = [row for row in of_kind(report, "independent") if row["confidence"] in "AB"]
    errors = [abs(100 * (row["modelled"] - row["published"]) / row["published"]) for row in counted]
    assert report["headline"]["n"] == len(errors) >= 6
    assert report["headline"]["mean"] == pytest.approx(sum(errors) / len(errors), abs=0.01)


def test_short_ipc_is_the_sum_of_its_parts(report: dict[str, Any]) -> None:
    rows = {row["name"].strip(): row for row in of_kind(report, "other_kernel")}
    whole, parts = rows["short IPC, small spaces"], [rows[f"of which {part}"] for part in PARTS]
    assert whole["published"] == 121 == sum(part["published"] for part in parts)
    assert whole["modelled"] == sum(part["modelled"] for part in parts)
    assert {part["confidence"] for part in parts} == {"C"}


@pytest.mark.parametrize("name", TABLES)
def test_the_committed_tables_are_what_this_tree_gives(folder: Path, name: str) -> None:
    assert (folder / name).read_bytes() == (ROOT / "results" / "validation" / "pentium" / name).read_bytes()


def test_every_row_has_a_source(folder: Path) -> None:
    for name in TABLES:
        with (folder / name).open(newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert rows and [row for row in rows if not row["source"]] == []
        assert {row["machine"] for row in rows} == {"pentium"}
