# SPDX-License-Identifier: BSD-2-Clause
"""A campaign made of numbers that anybody can check by hand: what the tests of tables, figures and summary read.

One way costs 200 cycles plus 1 per 16 bytes; each technique that a variant lacks adds its price below, transfer by
the length.
"""

import itertools
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis import records, steps
from variants import select

ROOT = Path(__file__).resolve().parents[2]
CAUSES = [cause for cause in steps.COST_COLUMNS if cause != "base"]
PRICE = {"message": 20, "queue": 30, "handoff": 40, "space": 0}
OTHER_CHOICE = {"message": "memory", "queue": "eager", "handoff": "scheduler", "transfer": "double_copy"}
SIZES = (8, 12, 128, 512, 4096)
SMALL_SAVES = 25
TICK_COSTS = 500


def lacks(axes: dict[str, str]) -> set[str]:
    return {axis for axis, choice in OTHER_CHOICE.items() if axes[axis] == choice}


def one_way(axes: dict[str, str], size: int, pair: tuple[str, str] = ("large", "large")) -> int:
    missing = lacks(axes)
    price = sum(PRICE[axis] for axis in missing if axis != "transfer") + (size // 16 if "transfer" in missing else 0)
    return 200 + size // 16 + price - SMALL_SAVES * pair.count("small")


def _case(
    name: str, size: int, cycles: list[int], pair: tuple[str, str], ticks: list[int], temperature: str = "warm"
) -> dict[str, Any]:
    n = len(cycles)
    counts: dict[str, Any] = {
        key: [4] * n for key in ("instructions", "iterations", "restarts", "tlb_misses", "cache_misses", "cr3_loads")
    }
    counts |= {"ticks": ticks, "kernel_cycles": cycles, "stalls": {cause: [2] * n for cause in CAUSES}}
    return {
        "type": "samples",
        "case": name,
        "tasks": "two",
        "client_space": pair[0],
        "server_space": pair[1],
        "bytes": size,
        "temperature": temperature,
        "metric": "round_trip",
        "unit": "modelled_cycles",
        "warmups": 8 if temperature == "warm" else 0,
        "values": cycles,
        "guest_values": [value + 9 for value in cycles],
        "counts": counts,
    }


def _cases(axes: dict[str, str]) -> Iterator[dict[str, Any]]:
    spaces = ("large", "small") if axes["space"] == "small" else ("large",)
    for pair in [(client, server) for client in spaces for server in spaces]:
        for size in SIZES:
            trip = 2 * one_way(axes, size, pair)
            name = f"two-{pair[0]}-{pair[1]}-{size}"
            yield _case(f"{name}-cold", size, [trip + 1000], pair, [0], "cold")
            yield _case(
                f"{name}-warm", size, [trip + 50, trip, trip + TICK_COSTS, trip, trip, trip], pair, [0, 0, 1, 0, 0, 0]
            )
    trip = 2 * one_way(axes, 8)
    yield _case("two-large-large-8-load", 8, [trip, trip, trip + TICK_COSTS, trip], ("large", "large"), [0, 0, 1, 0])


def record_lines(variant: str, machine: str = "i486", board: str = "async-l2") -> list[dict[str, Any]]:
    axes = select.resolve(variant, [])[2]
    cases = list(_cases(axes))
    run = {
        "type": "run",
        "schema": 1,
        "campaign": "synthetic",
        "variant": variant,
        "axes": axes,
        "benchmark": "pingpong",
        "machine": machine,
        "board": board,
        "layout": 0,
        "source_hash": "a" * 64,
        "text_hash": "b" * 16,
        "image_hash": "c" * 64,
        "model_hash": "d" * 64,
        "compiler": "gcc",
        "cflags": "-O2",
        "qemu": "QEMU",
        "firmware": None,
        "command": ["qemu-system-i386"],
    }
    end = {
        "type": "end",
        "status": "ok",
        "samples": len(cases),
        "checks": 1,
        "notes": {"kernel_stack_deepest_bytes": "404", "kernel_stack_bytes": "1856"},
        "guest_seconds": 1.0,
        "modelled_seconds": 0.9,
    }
    return [run, *cases, end]


def layout_records() -> list[records.Record]:
    """Two variants in five layouts, each of which costs a cycle one way more than the one before."""
    found = []
    for variant in ("liedtke93", "baseline"):
        for number in range(1, 6):
            run, *cases, end = record_lines(variant)
            moved = [case | {"values": [value + 2 * number for value in case["values"]]} for case in cases]
            found.append(records.check([run | {"layout": number, "layout_seed": 1}, *moved, end]))
    return found


def _crowd_case(name: str, cycles: list[int], parameters: dict[str, int], metric: str) -> dict[str, Any]:
    case = _case(name, 12, cycles, ("large", "large"), [0] * len(cycles))
    return case | {"parameters": parameters, "metric": metric}


def growth_cases(axes: dict[str, str]) -> Iterator[dict[str, Any]]:
    """A round trip that does not grow with the others, but for a cycle for each where the receive is finite."""
    for others in (0, 10, 100):
        trip = 2 * one_way(axes, 12)
        yield _crowd_case(f"endless-{others}", [trip] * 5, {"others": others}, "round_trip")
        yield _crowd_case(f"finite-{others}", [trip + 2 * others] * 5, {"others": others}, "round_trip")


def working_set_cases(axes: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Two cycles for each page alone; with a call, its cost and nine for each page that missed."""
    for pages in (2, 8):
        yield _crowd_case(f"no-call-{pages}", [2 * pages] * 5, {"pages": pages}, "operation")
        yield _crowd_case(f"large-{pages}", [11 * pages + one_way(axes, 8)] * 5, {"pages": pages}, "operation")


FURTHER = {"timeouts": growth_cases, "working_set": working_set_cases}


def write_further(folder: Path) -> None:
    """Records of other benchmarks than pingpong, for two variants."""
    folder.mkdir(parents=True, exist_ok=True)
    for variant in ("liedtke93", "baseline"):
        run, *_, end = record_lines(variant)
        for benchmark, cases in FURTHER.items():
            listed = list(cases(run["axes"]))
            lines = [run | {"benchmark": benchmark}, *listed, end | {"samples": len(listed)}]
            path = folder / f"{variant}.{benchmark}.i486.L00.jsonl"
            path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def trace_rows(axes: dict[str, str]) -> Iterator[tuple[int, str, int, str, str]]:
    """(segment, step, cycles, text, notes) of a round trip of 2 * one_way(axes, 8) cycles."""
    rest = one_way(axes, 8) - 5 - 71 - 36 - 40
    for segment in (0, 1, 2, 3, 4):
        if segment % 2:
            yield segment, "partner_check", 40, "mov eax, [ebx]", "tlb=F0101000:code"
            yield segment, "space_switch", rest, "mov cr3, eax", "tlb=F0200000:data miss=00101040"
            yield segment, steps.LEAVE, 36, "iretd", ""
        else:
            yield segment, "l4_ipc_call", {0: 3, 2: 5, 4: 2}[segment], "mov eax, 0", ""
            if segment != 4:
                yield segment, steps.ENTER, 71, "int 0x30", ""


def steps_text(variant: str) -> str:
    axes = select.resolve(variant, [])[2]
    columns = [
        "segment",
        "step",
        "linear",
        "physical",
        "cycles",
        *steps.COST_COLUMNS,
        "privilege",
        "bytes",
        "text",
        "notes",
        "pages",
    ]
    lines = ["\t".join(columns)]
    for segment, step, cycles, text, notes in trace_rows(axes):
        costs = [str(cycles), *["0"] * (len(steps.COST_COLUMNS) - 1)]
        held = "kernel .text" if "tlb=" in notes else ""
        line = [str(segment), step, "F0101000", "00101000", str(cycles), *costs, "0", "90", text, notes, held]
        lines.append("\t".join(line))
    return "\n".join(lines) + "\n"


def write_campaign(folder: Path) -> None:
    with (ROOT / "bench" / "campaigns" / "default.toml").open("rb") as stream:
        names = tomllib.load(stream)["variants"]
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        stem = folder / f"{name}.pingpong.i486.L00"
        stem.with_name(stem.name + ".jsonl").write_text("".join(json.dumps(line) + "\n" for line in record_lines(name)))
        stem.with_name(stem.name + ".steps.tsv").write_text(steps_text(name))


def write_second(folder: Path) -> None:
    """The same numbers, as those of the second processor: its campaign, without traces."""
    with (ROOT / "bench" / "campaigns" / "pentium.toml").open("rb") as stream:
        names = tomllib.load(stream)["variants"]
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        lines = record_lines(name, "pentium", "pb-l2")
        (folder / f"{name}.pingpong.pentium.L00.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def combinations() -> records.Campaign:
    """The campaign of all 32, whose techniques do not interact."""
    found = {}
    for choices in itertools.product(*select.axes().values()):
        pairs = [f"{axis}={choice}" for axis, choice in zip(select.axes(), choices)]
        name, _, axes = select.resolve("baseline", pairs)
        lines = record_lines("baseline")
        lines[0] = {**lines[0], "variant": name, "axes": axes}
        for line in lines[1:-1]:
            line["values"] = [2 * one_way(axes, line["bytes"])] * len(line["values"])
        found[name] = records.check(lines)
    return records.Campaign(ROOT, found, [])
