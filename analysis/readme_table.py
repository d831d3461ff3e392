# SPDX-License-Identifier: BSD-2-Clause
"""Which numbers does README show? The lines between its two `results` marks, made from results/tables/ablation.csv."""

from collections.abc import Sequence

Rows = Sequence[dict[str, str]]

BEGIN, END = "<!-- results: made by l4lab reproduce --update-reference -->", "<!-- end of results -->"
SIZES = ("8", "4096")
LABELS = {
    "message": "... messages in memory",
    "queue": "... eager ready queue",
    "handoff": "... the scheduler decides who runs",
    "transfer": "... two copies through a kernel buffer",
}


def _found(rows: Rows, technique: str, key: str) -> list[str]:
    """A technique's figure at each size: two large tasks, warm."""
    cases = [f"two-large-large-{size}-warm" for size in SIZES]
    chosen = {row["case"]: row for row in rows if row["how"] == "removed" and row["technique"] == technique}
    return [chosen[case][key] for case in cases]


def _line(label: str, numbers: Sequence[str]) -> str:
    return f"| {label} | {' | '.join(numbers)} |"


def lines(rows: Rows) -> list[str]:
    """The block of README, marks included."""
    with_key, without_key = "one_way_cycles_with", "one_way_cycles_without"
    first = rows[0]
    samples = [f"n = {n} at {size} bytes" for n, size in zip(_found(rows, "transfer", "n"), SIZES)]
    return [
        BEGIN,
        _line("modelled cycles one way", [f"{size} bytes" for size in SIZES]),
        "|---|---|---|",
        _line("`liedtke93`: the four techniques of 1993", _found(rows, "message", with_key)),
        *(_line(label, _found(rows, technique, without_key)) for technique, label in LABELS.items()),
        _line("`liedtke`: small spaces, too (here both tasks are large)", _found(rows, "space", with_key)),
        "",
        f"Machine {first['machine']}, board {first['board']}, model {first['model']}; one way = round trip / 2; two tasks, client and",
        f"server in large spaces; warm, after {first['warmups']} warm-ups; {', '.join(samples)}; one layout.",
        END,
    ]


def replaced(readme: str, rows: Rows) -> str:
    """README with its block made anew. Raises ValueError if a mark is missing."""
    before, rest = readme.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    return before + "\n".join(lines(rows)) + after
