# SPDX-License-Identifier: BSD-2-Clause
"""Do the tables hold the differences that the synthetic campaign was made with, and the words that say what they
are?
"""

from pathlib import Path

import pytest
import synthetic

from analysis import published, records, summary
from analysis.tables import ablation
from analysis.tables.all import TABLES
from analysis.tables.table import cell, read


# tests/python/test_suite_table.py
OF_OTHER_BENCHMARKS = {"suite"}
# tests/python/test_interaction.py
OF_ALL_COMBINATIONS = {"interaction"}
OF_LAYOUTS = {"layouts"}


def test_every_table_is_filled(table_folder: Path) -> None:
    # The other processor's tables are a folder beside them.
    assert sorted(path.stem for path in table_folder.glob("*.csv")) == sorted({*TABLES, *OF_ALL_COMBINATIONS, *OF_LAYOUTS} - OF_OTHER_BENCHMARKS)


# Bytes of stack are no cycles: their table has a row per variant and no figure to qualify.
@pytest.mark.parametrize("name", sorted(set(TABLES) - {"kernel_stack"} - OF_OTHER_BENCHMARKS))
def test_every_row_says_where_it_comes_from(table_folder: Path, name: str) -> None:
    for row in read(table_folder / f"{name}.csv"):
        assert (row["machine"], row["board"], row["unit"]) == ("i486", "async-l2", "modelled_cycles")
        assert row["model"] == "d" * 12 and row["n"] and row["temperature"] and row["client_space"]


def test_growth_keeps_the_crowd_and_the_timeout_apart(table_folder: Path) -> None:
    rows = [row for row in read(table_folder / "growth.csv") if row["variant"] == "liedtke93"]
    found = {(row["receive"], row["others"]): float(row["one_way_cycles"]) for row in rows}
    assert found["endless", "0"] == found["endless", "100"] == found["finite", "0"]
    assert found["finite", "100"] - found["finite", "0"] == 100


def test_a_call_is_the_operation_without_the_touching(table_folder: Path) -> None:
    rows = {(row["variant"], row["pages"]): row for row in read(table_folder / "working_set.csv")}
    row = rows["liedtke93", "8"]
    assert (row["operation_cycles"], row["touching_cycles"], row["call_cycles"]) == ("288", "16", "272")


def test_samples_are_all_there_in_their_order(table_folder: Path) -> None:
    rows = [row for row in read(table_folder / "samples.csv") if row["variant"] == "liedtke93"]
    assert [row["sample"] for row in rows] == ["0", "1", "2", "3"]
    assert [row["ticks"] for row in rows] == ["0", "0", "1", "0"]


def test_layouts_are_spread_over_quartiles(table_folder: Path) -> None:
    rows = {(row["variant"], row["case"]): row for row in read(table_folder / "layouts.csv")}
    row = rows["liedtke93", "two-large-large-8-warm"]
    assert [row[key] for key in ("low", "lower_quartile", "median", "upper_quartile", "high", "n")] == ["201", "202", "203", "204", "205", "5"]


def test_message_length(table_folder: Path) -> None:
    rows = read(table_folder / "message_length.csv")
    found = {(row["variant"], row["bytes"], row["temperature"]): row for row in rows}
    assert found["liedtke93", "8", "warm"]["one_way_cycles"] == "200"
    assert found["liedtke93", "4096", "warm"]["one_way_microseconds"] == "9.12"
    assert found["baseline", "8", "cold"]["one_way_cycles"] == "790"
    assert found["liedtke93", "8", "warm"]["n"] == "5"


@pytest.mark.parametrize("how", ["removed", "added"])
@pytest.mark.parametrize(
    ("technique", "size", "saved"),
    [("message", "8", 20), ("queue", "128", 30), ("handoff", "512", 40), ("transfer", "4096", 256)],
)
def test_ablation(table_folder: Path, how: str, technique: str, size: str, saved: float) -> None:
    rows = [
        row
        for row in read(table_folder / "ablation.csv")
        if (row["how"], row["technique"], row["bytes"]) == (how, technique, size)
    ]
    assert [float(row["one_way_saved_cycles"]) for row in rows] == [saved]


def test_ablation_accounts_for_every_cycle(table_folder: Path) -> None:
    for row in read(table_folder / "ablation.csv"):
        parts = ["work", *synthetic.CAUSES]
        assert sum(float(row[f"one_way_saved_{part}_cycles"]) for part in parts) == float(row["one_way_saved_cycles"])


def test_ablation_leaves_out_what_was_not_run(campaign_folder: Path) -> None:
    whole = records.load_campaign(campaign_folder)
    two = records.Campaign(
        whole.folder, {name: whole.records[name] for name in ("liedtke93", "liedtke93-no-queue")}, []
    )
    assert {row["technique"] for row in ablation.rows(two)} == {"queue"}


def test_steps_sum_to_the_path(table_folder: Path) -> None:
    rows = [row for row in read(table_folder / "minimum_path.csv") if row["variant"] == "liedtke93"]
    assert sum(float(row["one_way_cycles"]) for row in rows) == 200
    assert {row["step"]: row["one_way_cycles"] for row in rows if row["side"] == "processor"} == {
        "enter kernel (int)": "71",
        "leave kernel (iret)": "36",
    }


def test_steps_explain_the_ablation(table_folder: Path) -> None:
    rows = [
        row
        for row in read(table_folder / "ablation_steps.csv")
        if (row["how"], row["technique"]) == ("removed", "queue")
    ]
    assert {row["step"]: float(row["one_way_saved_cycles"]) for row in rows if row["one_way_saved_cycles"] != "0"} == {
        "kernel: space_switch": 30
    }


def test_tlb_misses_are_listed_by_page(table_folder: Path) -> None:
    rows = [row for row in read(table_folder / "tlb_misses.csv") if row["variant"] == "liedtke93"]
    assert [(row["part"], row["page"], row["access"], row["holds"]) for row in rows[:2]] == [
        ("call", "F0101000", "code", "kernel .text"),
        ("call", "F0200000", "data", "kernel .text"),
    ]
    assert len(rows) == 4


def test_small_spaces_has_all_four_pairs(table_folder: Path) -> None:
    rows = {row["pair"]: row for row in read(table_folder / "small_spaces.csv") if row["bytes"] == "8"}
    assert {pair: row["one_way_saved_cycles"] for pair, row in rows.items()} == {
        "large-large": "0",
        "large-small": "25",
        "small-large": "25",
        "small-small": "50",
    }


def test_lazy_scheduling_shows_what_is_deferred(table_folder: Path) -> None:
    row = next(row for row in read(table_folder / "lazy_scheduling.csv") if row["variant"] == "liedtke93")
    assert (row["one_way_median_cycles"], row["one_way_mean_cycles"], row["one_way_deferred_cycles"]) == (
        "200",
        "262.5",
        "62.5",
    )


def test_cells() -> None:
    assert [cell(value) for value in (None, True, 3, 2.0, 1 / 3, 123456.5, -0.00001)] == [
        "",
        "yes",
        "3",
        "2",
        "0.3333",
        "123456.5",
        "-0",
    ]


def test_the_summary_names_what_does_not_pay(table_folder: Path) -> None:
    text = summary.text(table_folder)
    assert "modelled cycles, not measured ones" in text and "One way = round trip / 2" in text
    assert "+256.0 (+56.1 %)" in text
    losers = text.split("Where a technique does not pay")[1].split("The short path")[0]
    assert "transfer, removed from liedtke93, large-large, 8 bytes" in losers
    assert "queue" not in losers


def test_a_loss_is_explained_by_counts_causes_and_steps(table_folder: Path) -> None:
    loaded = {path.stem: read(path) for path in table_folder.glob("*.csv")}
    row = next(
        row for row in loaded["ablation"] if (row["how"], row["technique"], row["bytes"]) == ("removed", "queue", "8")
    )
    row |= {
        "one_way_saved_cycles": "-30",
        "one_way_saved_percent": "-15",
        "one_way_saved_tlb_misses": "-2",
        "one_way_saved_tlb_cycles": "-18",
    }
    text = "\n".join(summary.costs(loaded))
    explained = text.split("queue, removed from liedtke93, large-large, 8 bytes: -30.0 (-15.0 %)")[1].splitlines()
    assert "-2 TLB misses" in explained[1]
    assert "TLB misses -18" in explained[2]
    assert "kernel: space_switch +30" in explained[3]


@pytest.mark.parametrize("name", sorted(path.stem for path in published.FOLDER.glob("*.csv")))
def test_published_values_have_a_source_and_a_confidence(name: str) -> None:
    for figure in published.load(name):
        assert figure.source and figure.unit and figure.value >= 0
        assert figure.confidence in (*published.CERTAIN, "memory", "unsure")


def test_kernel_stack(table_folder: Path) -> None:
    rows = read(table_folder / "kernel_stack.csv")
    assert {row["free_bytes"] for row in rows} == {"1452"}
