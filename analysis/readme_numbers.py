# SPDX-License-Identifier: BSD-2-Clause
"""Which numbers does README show? The lines between its marks, each block made from the committed tables."""

import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis.paper import model
from analysis.tables.table import read

Rows = Sequence[dict[str, str]]

BEGIN = "<!-- {}: made by l4lab reproduce --update-reference -->"
END = "<!-- end of {} -->"
WIDTH = 148
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


def results(tables: Path) -> list[str]:
    rows = read(tables / "ablation.csv")
    with_key, without_key = "one_way_cycles_with", "one_way_cycles_without"
    first = rows[0]
    samples = [f"n = {n} at {size} bytes" for n, size in zip(_found(rows, "transfer", "n"), SIZES)]
    return [
        _line("modelled cycles one way", [f"{size} bytes" for size in SIZES]),
        "|---|---|---|",
        _line("`liedtke93`: the four techniques of 1993", _found(rows, "message", with_key)),
        *(_line(label, _found(rows, technique, without_key)) for technique, label in LABELS.items()),
        _line("`liedtke`: small spaces, too (here both tasks are large)", _found(rows, "space", with_key)),
        "",
        f"Machine {first['machine']}, board {first['board']}, model {first['model']}; one way = round trip / 2; two tasks, client and",
        f"server in large spaces; warm, after {first['warmups']} warm-ups; {', '.join(samples)}; one layout.",
    ]


def _number(value: str | float | None) -> str:
    """At most one decimal, none where it says nothing."""
    return f"{float(value or 0):.1f}".removesuffix(".0")


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _error(of: model.Model) -> str:
    error = of.error
    return f"(n = {error.n}) the error is {_number(error.mean)} % on average and {_number(error.largest)} % at most (`{of.worst['name']}`)"


def _assumed(of: model.Model) -> str:
    if not of.moving:
        return "none of those varied moves it."
    most = of.moving[0]
    moved = [float(most[f"one_way_cycles_at_{end}"]) - float(most["headline_one_way_cycles"]) for end in ("low", "high")]
    range_ = f"`{most['key']}` from {most['low']} to {most['high']} (taken: {most['value']})"
    return f"the one that matters most, {range_}, moves it by {moved[0]:+g} to {moved[1]:+g} cycles."


def error_i486(tables: Path) -> list[str]:
    del tables
    of = model.load("i486")
    entry = _number(of.figure(model.ENTRY)["modelled"])
    text = f"""- **How far the model is from a real 486 is known for little.** `./l4lab validate` runs loops that others have timed on
        real 486s: over those whose published values are firm {_error(of)}. Those are short instruction sequences. The memory system
        has been compared only with figures of an unnamed machine, from which it differs by up to {_number(of.memory_error)} %. That
        `int` and `iret` take {entry} is an input, not evidence. `results/validation` has all of it, and what each assumed parameter
        does to the headline when it is varied: {_assumed(of)}"""
    return _wrapped(" ".join(text.split()), "  ")


def small(tables: Path) -> dict[str, str]:
    rows = read(tables / "pentium" / "small_spaces.csv")
    return next(row for row in rows if (row["pair"], row["bytes"]) == ("small-small", "8"))


def pentium(tables: Path) -> list[str]:
    of, own = model.load("pentium"), small(tables)
    short, refill, lost, switch, entry = (
        of.figure(name) for name in (model.SHORT, model.REFILL, model.LOST, model.SWITCH, model.ENTRY)
    )
    theirs = ", ".join(_number(row["published"]) for row in of.parts_of(model.SHORT))
    text = f"""`./l4lab validate --machine pentium` compares it with what is published: over the figures of firm confidence
        {_error(of)}; the memory system, beside an unnamed board, differs by up to {_number(of.memory_error)} %. Liedtke's short IPC
        between small spaces took {_number(short['published'])} cycles on a Pentium (HotOS'97); `liedtke` takes
        {_number(own['one_way_cycles'])} here, of which {_number(entry['modelled'])} are `int` and `iret`. His kernel is
        hand-written assembly, ours is compiled C; his parts ({theirs}) are recalled, not read again. That a segment switch costs
        {_number(switch['modelled'])} and a full TLB refill {_number(refill['modelled'])}, as with him, are sums of inputs, not
        evidence; what a round trip between tasks of many pages costs more in large spaces than in small ones,
        {_number(lost['modelled'])}, stands beside that refill. All of it is one layout, modelled, machine {own['machine']},
        board {own['board']}; short IPC is {own['bytes']} bytes, one way, {own['tasks']} small tasks, {own['temperature']},
        after {own['warmups']} warm-ups, n = {own['n']}."""
    return _wrapped(" ".join(text.split()))


BLOCKS: dict[str, Callable[[Path], list[str]]] = {"results": results, "error of the i486": error_i486, "numbers of the Pentium": pentium}


def marks(name: str) -> tuple[str, str]:
    return BEGIN.format(name), END.format(name)


def outside(readme: str) -> str:
    """README without what stands between marks: what somebody wrote. Raises ValueError if a mark is missing."""
    for name in BLOCKS:
        begin, end = marks(name)
        before, rest = readme.split(begin, 1)
        readme = before + rest.split(end, 1)[1]
    return readme


def replaced(readme: str, tables: Path) -> str:
    """README with its blocks made anew. Raises ValueError if a mark is missing."""
    for name, lines in BLOCKS.items():
        begin, end = marks(name)
        before, rest = readme.split(begin, 1)
        readme = before + "\n".join([begin, *lines(tables), end]) + rest.split(end, 1)[1]
    return readme
