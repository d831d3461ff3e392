# SPDX-License-Identifier: BSD-2-Clause
"""How is a comparison laid out? One function for each format; the cells are the same in all of them."""

import csv
import html
import io
import json
from collections.abc import Iterator

from analysis.compare import LEVEL, Comparison, Gate, Row, as_json
from analysis.report import columns
from analysis.steps import Cost

CAUSES_SHOWN = 4
LATEX_SPECIAL = str.maketrans({"_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#"})


def header(found: Comparison) -> list[str]:
    return [
        "benchmark",
        "case",
        f"A: {found.a}",
        f"B: {found.b}",
        "cycles",
        "percent",
        f"{LEVEL:.0%} low",
        f"{LEVEL:.0%} high",
        "verdict",
        "n",
    ]


def cells(row: Row) -> list[str]:
    ends = [f"{end:+.2f}" for end in row.interval] if row.interval else ["-", "-"]
    means = [f"{row.a:.1f}", f"{row.b:.1f}", f"{row.difference:+.1f}", f"{row.percent:+.2f}"]
    return [row.benchmark, row.case, *means, *ends, row.verdict, str(row.n)]


def notes(found: Comparison) -> list[str]:
    """What holds for all rows, and what has no row."""
    lines = [
        f"cycles one way or by operation, means over n layouts; interval of the difference in percent "
        f"(bootstrap of the ratio of means, seed {found.seed})"
    ]
    if found.geometric_mean_ratio is not None:
        lines.append(f"geometric mean of B / A over {len(found.rows)} rows: {found.geometric_mean_ratio:.4f}")
    if found.invalid:
        lines.append(f"invalid: {found.invalid}")
    return lines + [f"unmatched: {benchmark} {case} is only in {side}" for benchmark, case, side in found.unmatched]


def _causes(row: Row) -> str:
    """The largest differences first."""
    ranked = sorted(row.causes.items(), key=lambda one: -abs(one[1]))[:CAUSES_SHOWN]
    return ", ".join(f"{key} {value:+.1f}" for key, value in ranked)


def table(found: Comparison) -> str:
    rows = [[f"{row.benchmark} {row.case}", *cells(row)[2:]] for row in found.rows]
    head = ["benchmark and case", *header(found)[2:]]
    why = [f"  {row.benchmark} {row.case}: {_causes(row)}" for row in found.rows if row.causes]
    text = columns([head, *rows]) if rows else "no common case\n"
    differences = ["largest differences of counts and of stall cycles by cause, B - A:", *why] if why else []
    return text + "\n".join([*notes(found), *differences]) + "\n"


def markdown(found: Comparison) -> str:
    lines = [header(found), ["---"] * len(header(found)), *map(cells, found.rows)]
    body = "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
    return body + "\n\n" + "\n".join(f"- {note}" for note in notes(found)) + "\n"


def comma_separated(found: Comparison) -> str:
    """Unmatched cases are rows without numbers."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header(found))
    writer.writerows(map(cells, found.rows))
    empty = [""] * (len(header(found)) - 4)
    writer.writerows([benchmark, case, *empty, f"only in {side}", ""] for benchmark, case, side in found.unmatched)
    return out.getvalue()


def latex(found: Comparison) -> str:
    """For the package booktabs."""
    lines = [[cell.translate(LATEX_SPECIAL) for cell in line] for line in (header(found), *map(cells, found.rows))]
    body = [" & ".join(line) + r" \\" for line in lines]
    comments = [f"% {note}" for note in notes(found)]
    rules = [r"\begin{tabular}{llrrrrrrlr}", r"\toprule", body[0], r"\midrule", *body[1:], r"\bottomrule"]
    return "\n".join([*comments, *rules, r"\end{tabular}"]) + "\n"


def _html_row(words: list[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(word)}</{tag}>" for word in words) + "</tr>"


def hypertext(found: Comparison) -> str:
    title = html.escape(f"{found.a} against {found.b}")
    rows = [_html_row(header(found), "th"), *(_html_row(cells(row), "td") for row in found.rows)]
    lines = [f"<p>{html.escape(note)}</p>" for note in notes(found)]
    style = "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2em .5em}"
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{style}</style>'
    return "\n".join([head, f"<h1>{title}</h1>", "<table>", *rows, "</table>", *lines, "</html>"]) + "\n"


def json_text(found: Comparison) -> str:
    return json.dumps(as_json(found), indent=2) + "\n"


FORMATS = {
    "table": table,
    "markdown": markdown,
    "csv": comma_separated,
    "json": json_text,
    "latex": latex,
    "html": hypertext,
}


def gate(found: Comparison, limit: Gate) -> Iterator[str]:
    """One line for each row, passed or not."""
    for row in found.rows:
        low = f"{row.interval_cycles[0]:+.2f}" if row.interval_cycles else "unknown"
        how = "FAILED" if limit.fails(row) else "passed"
        yield f"gate {how}: {row.benchmark} {row.case}: worse by {low} cycles at least, allowed {limit.allowed(row):.2f}"
    yield from (f"gate FAILED: {one[0]} {one[1]}: B lacks it" for one in found.unmatched if one[2] == found.a)


def steps(case: str, a: list[Cost], b: list[Cost]) -> str:
    """Differences by step of one traced round trip, largest first, then the sum."""
    ours, theirs = ({(one.user, one.step): one for one in of} for of in (a, b))
    rows: list[tuple[str, list[int]]] = []
    for key in dict.fromkeys([*ours, *theirs]):
        before, after = (side[key].cycles if key in side else 0 for side in (ours, theirs))
        misses = [_misses(theirs.get(key), name) - _misses(ours.get(key), name) for name in ("tlb_misses", "cache_misses")]
        if after != before or any(misses):
            rows.append((f"{'user' if key[0] else 'kernel'}: {key[1]}", [before, after, after - before, *misses]))
    if not rows:
        return f"case {case}, one round trip as the source places it: no step differs\n"
    rows.sort(key=lambda row: -abs(row[1][2]))
    total = [sum(numbers) for numbers in zip(*(row[1] for row in rows))]
    listed = [[name, *numbers] for name, numbers in rows]
    lines = columns([["step", "A", "B", "cycles", "tlb", "cache"], *listed, ["these steps together", *total]])
    return f"where it arises, case {case}, one round trip as the source places it, steps that differ:\n{lines}"


def _misses(cost: Cost | None, name: str) -> int:
    return int(getattr(cost, name)) if cost else 0
