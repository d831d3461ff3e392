# SPDX-License-Identifier: BSD-2-Clause
"""Does the table of every benchmark say what its figures are, by operation and one way?"""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import synthetic

from analysis import records
from analysis.tables import all as every
from analysis.tables import suite
from bench.run import record, serial
from bench.run.errors import RunFailed

LOG_LINE = "@case chain-3 temperature=warm warmups=8 n=1 metric=operation operations=4 chained_tasks=3\n@values 1216\n"


def operation_lines() -> list[dict[str, Any]]:
    """A record of a benchmark with one case of four operations."""
    lines = copy.deepcopy(synthetic.record_lines("liedtke93"))
    case = lines[1] | {"case": "chain-3", "metric": "operation", "operations": 4, "parameters": {"chained_tasks": 3}}
    case |= {"tasks": None, "client_space": None, "server_space": None, "bytes": None}
    return [lines[0] | {"benchmark": "chain"}, case, lines[-1] | {"samples": 1}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    synthetic.write_campaign(tmp_path)
    text = "".join(json.dumps(line) + "\n" for line in operation_lines())
    (tmp_path / "liedtke93.chain.i486.L00.jsonl").write_text(text)
    return tmp_path


def test_figures_of_one_operation(folder: Path) -> None:
    rows = suite.rows(records.load_campaign(folder))
    values = operation_lines()[1]["values"]
    row = next(row for row in rows if row["benchmark"] == "chain" and row["metric"] == "cycles")
    assert (row["way"], row["operations"], row["per_sample"]) == ("operation", 4, values[0])
    assert row["value"] == values[0] / 4
    assert row["parameters"] == "chained_tasks=3"


def test_pingpong_stands_beside_it_one_way(folder: Path) -> None:
    rows = suite.rows(records.load_campaign(folder))
    row = next(row for row in rows if row["case"] == "two-large-large-8-warm" and row["metric"] == "cycles")
    assert (row["benchmark"], row["way"], row["value"]) == ("pingpong", "one way", row["per_sample"] / 2)


def test_other_tables_are_the_same_with_and_without_it(folder: Path) -> None:
    with_it = every.tables(records.load_campaign(folder))
    (folder / "liedtke93.chain.i486.L00.jsonl").unlink()
    without = every.tables(records.load_campaign(folder))
    assert set(with_it) - set(without) == {"suite.csv"}
    assert all(with_it[name] == text for name, text in without.items())


def test_two_records_of_one_benchmark_and_variant_are_refused(folder: Path) -> None:
    path = folder / "liedtke93.chain.i486.L00.jsonl"
    (folder / "again.jsonl").write_text(path.read_text())
    with pytest.raises(records.RecordError, match="two records"):
        records.load_campaign(folder)


def test_a_case_line_tells_operations_and_parameters() -> None:
    case = serial.read(LOG_LINE).cases[0]
    line = record.samples_line(case, None, None)
    assert (line["operations"], line["parameters"], line["tasks"], line["bytes"]) == (4, {"chained_tasks": 3}, None, None)


def test_a_case_line_without_its_metric_is_malformed() -> None:
    with pytest.raises(RunFailed, match="metric"):
        serial.read(LOG_LINE.replace(" metric=operation", ""))
