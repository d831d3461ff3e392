# SPDX-License-Identifier: BSD-2-Clause
"""Does `l4lab speed` run the same instructions on every kind of boot? How fast it is, is not asserted."""

from bench.run import speed

ROUND_TRIPS = 300_000


def test_speed_is_of_one_known_run() -> None:
    alone, counting, model = speed.measure("i486", 1)
    assert alone.instructions == counting.instructions == model.instructions
    assert 100 * ROUND_TRIPS < model.instructions < 300 * ROUND_TRIPS
    assert 0 < alone.seconds < model.seconds and model.mips > 0
