# SPDX-License-Identifier: BSD-2-Clause
"""Are the verdicts of a comparison right: how often is a difference seen where there is none, is a real one found, and does
data without spread survive?
"""

import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
import synthetic
from command_line import Lab

from analysis import compare, compare_text, records
from analysis.compare import Row

LAYOUTS, ROWS, MOST_WRONG = 20, 100, 8
KEY = ("pingpong", "case")
# One-way cycles of liedtke93 at 16 bytes over 20 layouts have a mean of 572 and a deviation of 17, and a long upper tail.
MEAN, DEVIATION = 555.0, 17.0


def layouts(draw: np.random.Generator, factor: float = 1.0) -> list[float]:
    return [float(value) for value in np.round(factor * (MEAN + draw.gamma(1.0, DEVIATION, LAYOUTS)) * 2) / 2]


def test_a_against_itself_is_rarely_called_different(capsys: pytest.CaptureFixture[str]) -> None:
    draw = np.random.default_rng(4)
    verdicts = [compare.compare_case(KEY, layouts(draw), layouts(draw), 1).verdict for _ in range(ROWS)]
    wrong = sum(verdict in (compare.FASTER, compare.SLOWER) for verdict in verdicts)
    with capsys.disabled():
        print(f"\nA/A, {LAYOUTS} synthetic layouts, {ROWS} rows: {wrong} wrong verdicts")
    assert wrong <= MOST_WRONG


def test_level_of_20_layouts() -> None:
    assert compare.percentile_level(LAYOUTS) == pytest.approx(0.968, abs=0.0005)


def test_a_slowdown_of_2_percent_is_found() -> None:
    draw = np.random.default_rng(5)
    steady = [300 + float(value) for value in draw.integers(0, 8, LAYOUTS)]
    row = compare.compare_case(KEY, steady, [1.02 * value for value in steady], 1)
    assert row.verdict == compare.SLOWER and row.percent == pytest.approx(2.0)
    assert row.interval and row.interval[0] < 2.0 < row.interval[1]
    assert compare.compare_case(KEY, [1.02 * value for value in steady], steady, 1).verdict == compare.FASTER


def test_a_change_that_only_moves_code_is_not_called_one() -> None:
    """The same layouts in another order: the means are equal."""
    draw = np.random.default_rng(6)
    one = layouts(draw)
    assert compare.compare_case(KEY, one, one[::-1], 1).verdict in (compare.SAME, compare.NOT_RESOLVED)


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ([300.0] * 20, [300.0] * 20, "same"),
        ([300.0] * 20, [300.5] * 20, "same"),
        ([300.0] * 20, [310.0] * 20, "slower"),
        ([310.0] * 20, [300.0] * 20, "faster"),
        ([300.0] * 20, [300.0] * 19 + [301.0], "same"),
        ([300.0] * 20, [320.0] * 19 + [330.0], "slower"),
        ([300.0] * 9, [400.0] * 9, "not resolved"),
        ([300.0], [400.0], "not resolved"),
        ([300.0] * 20, [290.0, 340.0] * 10, "slower"),
        ([300.0] * 20, [270.0, 332.0] * 10, "not resolved"),
    ],
)
def test_data_without_spread(a: list[float], b: list[float], verdict: str) -> None:
    row = compare.compare_case(KEY, a, b, 1)
    assert row.verdict == verdict
    assert row.interval is None or all(np.isfinite(row.interval))


@pytest.mark.parametrize(
    ("percent", "cycles", "n", "verdict"),
    [
        ((2.0, 3.0), (6.0, 9.0), 9, "not resolved"),
        ((-0.5, 0.5), (-9.0, 9.0), 10, "same"),
        ((0.2, 3.0), (0.1, 1.0), 10, "same"),
        ((0.2, 3.0), (0.1, 1.1), 10, "slower"),
        ((-3.0, -0.2), (-9.0, -0.6), 10, "faster"),
        ((-3.0, 0.6), (-9.0, 1.8), 10, "not resolved"),
    ],
)
def test_rules_in_their_order(percent: compare.Interval, cycles: compare.Interval, n: int, verdict: str) -> None:
    assert compare.verdict(percent, cycles, n) == verdict


def record(variant: str, change: int = 0, model: str = "d" * 64) -> records.Record:
    """A record of synthetic.py, every sample longer by `change` cycles."""
    lines = synthetic.record_lines(variant)
    lines[0] = {**lines[0], "model_hash": model}
    for line in lines[1:-1]:
        line["values"] = [value + change for value in line["values"]]
    return records.check(lines)


def many(variant: str, **more: int) -> list[records.Record]:
    return [record(variant, change=2 * (number % 3), **more) for number in range(LAYOUTS)]  # type: ignore[arg-type]


def test_of_records() -> None:
    found = compare.compare(("A", "B"), many("liedtke93"), many("baseline"), 1)
    row = next(row for row in found.rows if row.case == "two-large-large-8-warm")
    assert row.n == LAYOUTS and (row.a, row.b) == pytest.approx((200.95, 290.95))
    assert row.verdict == compare.SLOWER
    ratios = [row.b / row.a for row in found.rows]
    assert found.geometric_mean_ratio == pytest.approx(float(np.exp(np.mean(np.log(ratios)))))


def test_unmatched_cases_are_listed() -> None:
    found = compare.compare(("A", "B"), many("liedtke"), many("liedtke93"), 1)
    assert found.unmatched and {one[2] for one in found.unmatched} == {"A"}
    assert all("small" in one[1] for one in found.unmatched)
    assert "is only in A" in compare_text.table(found)


def test_another_model_is_invalid() -> None:
    found = compare.compare(("A", "B"), many("liedtke93"), [record("baseline", model="e" * 64)] * LAYOUTS, 1)
    assert {row.verdict for row in found.rows} == {compare.INVALID}
    assert found.invalid and "model_hash" in found.invalid and found.geometric_mean_ratio is None


def row(low: float, high: float, n: int = 20, verdict: str = compare.SLOWER) -> Row:
    return Row(*KEY, 300.0, 310.0, (low, high), verdict, n)


@pytest.mark.parametrize(
    ("text", "of", "fails"),
    [
        ("worse:1%+2cycles", row(1.5, 3.0), False),
        ("worse:1%+2cycles", row(1.7, 3.0), True),
        ("worse:1%", row(0.9, 3.0), False),
        ("worse:2cycles", row(0.7, 3.0), True),
        ("worse:1%", row(-3.0, -2.0, n=9), True),
        ("worse:1%", row(-3.0, -2.0, verdict=compare.INVALID), True),
    ],
)
def test_gate_decides_on_the_bound(text: str, of: Row, fails: bool) -> None:
    gate = compare.read_gate(text)
    assert gate and gate.fails(of) == fails


@pytest.mark.parametrize("text", ["worse:", "better:1%", "worse:x%", "worse:1", "1%"])
def test_what_is_no_gate(text: str) -> None:
    assert compare.read_gate(text) is None


def comparison() -> compare.Comparison:
    return compare.compare(("liedtke", "base|line"), many("liedtke"), many("baseline"), 7)


def test_json_has_the_promised_keys() -> None:
    found = json.loads(compare_text.json_text(comparison()))
    keys = {"benchmark", "case", "a", "b", "difference_cycles", "difference_percent", "interval", "verdict", "n"}
    assert keys <= set(found["rows"][0]) and len(found["rows"][0]["interval"]) == 2
    assert found["geometric_mean_ratio"] > 1 and found["bootstrap_seed"] == 7


def test_every_format_has_every_row() -> None:
    found = comparison()
    assert all(row.case in text(found) for text in compare_text.FORMATS.values() for row in found.rows)
    assert len(list(csv.reader(io.StringIO(compare_text.comma_separated(found))))) == 1 + len(found.rows) + len(found.unmatched)
    assert r"A: liedtke &" in compare_text.latex(found) and "base\\|line" in compare_text.markdown(found)
    assert re.search(r"<td>slower</td>", compare_text.hypertext(found))


def test_folders_of_records(lab: Lab, tmp_path: Path) -> None:
    for name in ("one", "two"):
        synthetic.write_campaign(tmp_path / name)
    both = [str(tmp_path / name) for name in ("one", "two")]
    ended = lab("compare", *both, "--variant", "liedtke93", "--json")
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert {row["verdict"] for row in found["rows"]} == {"not resolved"} and found["geometric_mean_ratio"] == 1.0
    ended = lab("compare", *both)
    assert ended.returncode == 2 and "--variant" in ended.stderr


def test_gate_prints_numbers_and_fails_without_layouts(lab: Lab, tmp_path: Path) -> None:
    synthetic.write_campaign(tmp_path / "one")
    folder = str(tmp_path / "one")
    ended = lab("compare", folder, folder, "--variant", "liedtke93", "--gate", "worse:1%")
    assert ended.returncode == 1 and "gate FAILED: pingpong two-large-large-8-warm" in ended.stderr
    ended = lab("compare", folder, folder, "--gate", "nix")
    assert ended.returncode == 2 and "worse:1%+2cycles" in ended.stderr


def test_a_name_that_means_nothing(lab: Lab) -> None:
    ended = lab("compare", "nix", "liedtke93")
    assert ended.returncode == 2 and "liedtke93-no-queue" in ended.stderr
