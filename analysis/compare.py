# SPDX-License-Identifier: BSD-2-Clause
"""Is B faster than A, by how much, and is that more than the placement of code and data would do by itself?

The unit of repetition is the layout: within one image the model has no spread. A figure of a case is the mean over the
layouts of its cycles, one way or by operation. The interval is that of the ratio of the two means, by bootstrap.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis import observations, statistics
from analysis.observations import Observation
from analysis.records import Line, Record

LEVEL, RESAMPLES = 0.95, 9999
FEWEST_LAYOUTS = 10
# An interval of the difference that lies within either bound is no difference.
SAME_PERCENT, SAME_CYCLES = 0.5, 1.0
SAME, FASTER, SLOWER, NOT_RESOLVED, INVALID = "same", "faster", "slower", "not resolved", "invalid"
COUNTS = ("instructions", "tlb_misses", "cache_misses", "cr3_loads")
# What the two sides must have in common for their cycles to be comparable.
COMMON = ("machine", "board", "model_hash")
GATE = re.compile(r"worse:(?:(?P<percent>\d+(?:\.\d+)?)%)?(?:(?:^|\+|(?<=:))(?P<cycles>\d+(?:\.\d+)?)cycles?)?")
Key = tuple[str, str]
Interval = tuple[float, float]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """One case. interval: of the difference in percent of A. causes: differences of counts and of stall cycles, B - A."""

    benchmark: str
    case: str
    a: float
    b: float
    interval: Interval | None
    verdict: str
    n: int
    causes: dict[str, float] = field(default_factory=dict)

    @property
    def difference(self) -> float:
        return self.b - self.a

    @property
    def percent(self) -> float:
        return statistics.percent(self.difference, self.a)

    @property
    def interval_cycles(self) -> Interval | None:
        return self.interval and (self.interval[0] * self.a / 100, self.interval[1] * self.a / 100)


@dataclass(frozen=True)
class Comparison:
    """unmatched: cases that one side lacks, with the name of the side that has them. invalid: why nothing is comparable."""

    a: str
    b: str
    rows: list[Row]
    unmatched: list[tuple[str, str, str]]
    seed: int
    invalid: str | None = None

    @property
    def geometric_mean_ratio(self) -> float | None:
        """Of B / A over the rows that may be compared."""
        ratios = [row.b / row.a for row in self.rows if row.verdict != INVALID]
        return float(stats.gmean(ratios)) if ratios else None


def _ratio(a: Values, b: Values, axis: int = -1) -> Values:
    ratio: Values = np.mean(b, axis=axis) / np.mean(a, axis=axis)
    return ratio


def percentile_level(n: int) -> float:
    """The level at which a percentile interval of n values has the coverage LEVEL.

    Resamples of few values vary too little: the interval is widened as Student's t and n / (n - 1) ask (Hesterberg, "What
    teachers should know about the bootstrap", 2015: expanded percentile interval). For 20 layouts it is 0.968.
    """
    quantile = stats.t.ppf((1 + LEVEL) / 2, n - 1) * np.sqrt(n / (n - 1))
    return float(1 - 2 * stats.norm.sf(quantile))


def ratio_interval(a: Sequence[float], b: Sequence[float], seed: int) -> Interval:
    """The interval of mean(b) / mean(a) by bootstrap; a point if nothing varies."""
    ratio = float(_ratio(np.array(a), np.array(b)))
    if np.ptp(a) == 0 and np.ptp(b) == 0:
        return ratio, ratio
    found = stats.bootstrap(
        (a, b),
        _ratio,
        n_resamples=RESAMPLES,
        confidence_level=percentile_level(min(len(a), len(b))),
        # Bias-corrected intervals called 9.5 % of equal pairs different with 20 values of a long tail, these 6.5 %.
        method="percentile",
        random_state=np.random.default_rng(seed),
    ).confidence_interval
    return float(found.low), float(found.high)


def _within(interval: Interval, bound: float) -> bool:
    return -bound <= interval[0] and interval[1] <= bound


def verdict(percent: Interval | None, cycles: Interval | None, n: int) -> str:
    """By the interval of the difference, B - A; the first rule that applies decides."""
    if n < FEWEST_LAYOUTS or percent is None or cycles is None:
        return NOT_RESOLVED
    if _within(percent, SAME_PERCENT) or _within(cycles, SAME_CYCLES):
        return SAME
    if percent[0] > 0:
        return SLOWER
    return FASTER if percent[1] < 0 else NOT_RESOLVED


def compare_case(key: Key, a: Sequence[float], b: Sequence[float], seed: int) -> Row:
    """One value for each layout on either side. Below two layouts there is no interval."""
    n, mean = min(len(a), len(b)), float(np.mean(a))
    interval = None
    if n > 1:
        low, high = ratio_interval(a, b, seed)
        interval = 100 * (low - 1), 100 * (high - 1)
    cycles = interval and (interval[0] * mean / 100, interval[1] * mean / 100)
    return Row(*key, mean, float(np.mean(b)), interval, verdict(interval, cycles, n), n)


def _cases(of: Iterable[Record]) -> dict[Key, list[Observation]]:
    found: dict[Key, list[Observation]] = {}
    for record in of:
        for seen in observations.of(record):
            if seen.timed:
                found.setdefault((seen.benchmark, seen.line["case"]), []).append(seen)
    return found


def _cycles(of: Iterable[Observation]) -> list[float]:
    return [seen.cycles for seen in of if seen.cycles is not None]


def _causes(a: Sequence[Observation], b: Sequence[Observation]) -> dict[str, float]:
    """Differences of the means over layouts, without those that are zero."""

    def mean(of: Sequence[Observation], key: str) -> float:
        values = [seen.stall(key) if key in seen.causes else seen.count(key) or 0.0 for seen in of]
        return statistics.mean(values)

    differences = {key: mean(b, key) - mean(a, key) for key in (*COUNTS, *a[0].causes)}
    return {key: value for key, value in differences.items() if value}


def _why_invalid(a: Sequence[Record], b: Sequence[Record]) -> str | None:
    for key in COMMON:
        found = {record.run[key] for record in (*a, *b)}
        if len(found) > 1:
            return f"the two sides differ in {key}: {', '.join(sorted(map(str, found)))}"
    return None


def compare(
    names: tuple[str, str], a: Sequence[Record], b: Sequence[Record], seed: int, invalid: str | None = None
) -> Comparison:
    """Case by case; invalid: a reason known already why the sides cannot be compared."""
    ours, theirs = _cases(a), _cases(b)
    reason = invalid or _why_invalid(a, b)
    rows = []
    for key in [key for key in ours if key in theirs]:
        row = compare_case(key, _cycles(ours[key]), _cycles(theirs[key]), seed)
        judged = INVALID if reason else row.verdict
        causes = _causes(ours[key], theirs[key])
        rows.append(Row(*key, row.a, row.b, None if reason else row.interval, judged, row.n, causes))
    unmatched = [(*key, names[0]) for key in ours if key not in theirs]
    unmatched += [(*key, names[1]) for key in theirs if key not in ours]
    return Comparison(*names, rows, unmatched, seed, reason)


@dataclass(frozen=True)
class Gate:
    """B may be worse than A by this much."""

    percent: float
    cycles: float

    def allowed(self, row: Row) -> float:
        return row.a * self.percent / 100 + self.cycles

    def fails(self, row: Row) -> bool:
        """The low end of the interval decides. What was not measured in enough layouts, or is invalid, does not pass."""
        if row.verdict == INVALID or row.interval_cycles is None or row.n < FEWEST_LAYOUTS:
            return True
        return row.interval_cycles[0] > self.allowed(row)


def read_gate(text: str) -> Gate | None:
    """`worse:1%+2cycles`, or either part alone; None if it is neither."""
    match = GATE.fullmatch(text)
    if not match or not (match["percent"] or match["cycles"]):
        return None
    return Gate(float(match["percent"] or 0), float(match["cycles"] or 0))


def as_json(found: Comparison) -> Line:
    rows = [
        {
            "benchmark": row.benchmark,
            "case": row.case,
            "a": row.a,
            "b": row.b,
            "difference_cycles": row.difference,
            "difference_percent": row.percent,
            "interval": row.interval and list(row.interval),
            "verdict": row.verdict,
            "n": row.n,
            "causes": row.causes,
        }
        for row in found.rows
    ]
    unmatched = [{"benchmark": one[0], "case": one[1], "only_in": one[2]} for one in found.unmatched]
    return {
        "a": found.a,
        "b": found.b,
        "interval_of": "difference_percent",
        "level": LEVEL,
        "bootstrap_seed": found.seed,
        "invalid": found.invalid,
        "rows": rows,
        "unmatched": unmatched,
        "geometric_mean_ratio": found.geometric_mean_ratio,
    }
