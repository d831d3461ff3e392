# SPDX-License-Identifier: BSD-2-Clause
"""Do images in generated layouts keep the path in its page, move everything else, run, and say which layout they are?"""

import json
import sys
from typing import Any

import guest
import pytest

from analysis import layouts
from bench.run import process

NUMBER, SEED, SECONDS = 2, 11, 200
CASE = "two-large-large-8-warm"
PAGE = 0x1000


@pytest.fixture(scope="module", params=["liedtke93", "baseline"])
def measured(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    command = [sys.executable, "l4lab", "run", "--variant", request.param, "--benchmark", "pingpong", "--machine", "i486"]
    more = ["--case", CASE, "--layouts", str(NUMBER), "--seed", str(SEED), "--json"]
    ended = process.run([*command, *more], SECONDS, guest.ROOT)
    assert ended.status == 0, ended.errors
    return request.param, json.loads(ended.output)


def images(variant: str) -> list[layouts.Places]:
    folders = [guest.BUILD / f"{variant}.L{number}.seed{SEED}" for number in range(1, NUMBER + 1)]
    return [layouts.places(folder, "pingpong") for folder in folders]


def test_the_path_stays_in_one_page(measured: tuple[str, dict[str, Any]]) -> None:
    for places in images(measured[0]):
        path = [address for name, address in places.items() if name.startswith("kernel path ")]
        hot = [address for name, address in places.items() if name.startswith("kernel hot ")]
        assert len(path) > 5 and len({address // PAGE for address in path}) == 1
        assert len(hot) == 10 and len({address // PAGE for address in hot}) == 1


def test_objects_move_independently(measured: tuple[str, dict[str, Any]]) -> None:
    """By how much an object moved between two layouts differs from object to object."""
    first, second = images(measured[0])
    moved = {name: first[name] - second[name] for name in first if name.startswith(("kernel .text", "user .text"))}
    assert len(moved) > 100 and len(set(moved.values())) > 0.8 * len(moved)
    entry, choice = "kernel path ipc_entry", "kernel path ipc"
    assert first[entry] - first[choice] != second[entry] - second[choice]


def test_the_report_counts_layouts(measured: tuple[str, dict[str, Any]]) -> None:
    (row,) = measured[1]["results"]
    assert (row["case"], row["n"], measured[1]["seed"]) == (CASE, NUMBER, SEED)
    assert 0 < row["low"] <= row["median"] <= row["high"]


def test_records_carry_layout_and_seed(measured: tuple[str, dict[str, Any]]) -> None:
    folder = guest.BUILD / "layouts" / f"{measured[0]}.async-l2.seed{SEED}"
    runs = [json.loads(path.read_text().splitlines()[0]) for path in sorted(folder.glob("*.jsonl"))]
    assert [(run["layout"], run["layout_seed"]) for run in runs] == [(1, SEED), (2, SEED)]
