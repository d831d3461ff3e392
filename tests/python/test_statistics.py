# SPDX-License-Identifier: BSD-2-Clause
"""Do the formulas give the known answers?"""

import pytest

from analysis import statistics


def test_settle_leaves_ticks_out() -> None:
    found = statistics.settle([540, 500, 500, 800, 500, 502], [0, 0, 0, 1, 0, 0])
    assert (found.value, found.low, found.high, found.n) == (500, 500, 540, 5)
    assert not found.settled


def test_settle_takes_the_last_sample_of_the_value() -> None:
    assert statistics.settle([500, 500, 500, 700], [0, 0, 0, 0]).index == 2


def test_settle_with_ticks_everywhere_uses_all() -> None:
    found = statistics.settle([10, 30, 20], [1, 1, 2])
    assert (found.value, found.n) == (20, 3)


def test_settle_of_an_even_number_is_a_sample() -> None:
    assert statistics.settle([10, 20, 30, 40], [0] * 4).value == 20


def test_settled_looks_at_the_last_undisturbed_samples() -> None:
    assert statistics.settle([9, 5, 5, 5, 99, 5], [0, 0, 0, 0, 1, 0]).settled
    assert not statistics.settle([5, 5, 5, 5, 6], [0] * 5).settled


def test_one_way_is_half_the_round_trip() -> None:
    assert statistics.one_way(501) == 250.5


def test_published_headline_in_microseconds() -> None:
    assert statistics.microseconds(250, 50) == 5.0


def test_percent_and_mean() -> None:
    assert statistics.percent(45, 172) == pytest.approx(26.1627907)
    assert statistics.mean([1, 2, 6]) == 3.0


STARTS = [0, 150, 260, 370, 480]


@pytest.mark.parametrize(
    ("guest", "agree"),
    [
        ([150, 109, 109, 109, 130], True),
        ([150, 130, 109 + statistics.CLOCK_BOUND_CYCLES, 109, 130], True),
        ([150, 130, 110 + statistics.CLOCK_BOUND_CYCLES, 109, 130], False),
        ([150, 99, 99, 99, 130], False),
    ],
)
def test_clocks_agree_within_the_bound(guest: list[int], agree: bool) -> None:
    """The way after the first sample is longer, and the last one has none after it: samples 2 and 3 are steady."""
    assert statistics.steady([100] * 5, [0] * 5, STARTS) == [2, 3]
    assert statistics.compare_clocks(guest, [100] * 5, [0] * 5, STARTS).agree == agree


def test_samples_with_ticks_are_not_steady() -> None:
    assert statistics.steady([100, 100, 400, 100, 100], [0, 0, 1, 0, 0], [0, 110, 220, 630, 740]) == [1, 3]


def test_a_single_sample_must_only_cost() -> None:
    assert statistics.compare_clocks([900], [800], [0], [5]).agree
    assert not statistics.compare_clocks([799], [800], [0], [5]).agree
