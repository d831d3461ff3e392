# SPDX-License-Identifier: BSD-2-Clause
"""Does an anatomy keep every cycle, whichever way they are added up, and is its footprint what the trace tells?"""

import argparse
import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import synthetic
from command_line import ROOT, Lab

from analysis import anatomy, anatomy_text, records, steps
from analysis.dwarf import Program
from analysis.figures import anatomy as figure
from bench.run import runner
from bench.run.commands import anatomy as command
from bench.run.errors import RunFailed

COMMITTED = sorted((ROOT / "results" / "raw" / "default").glob("*.steps.tsv"))
LINE_BYTES = 16
COLUMNS = ["segment", "step", "linear", "physical", "cycles", *steps.COST_COLUMNS]
COLUMNS += ["privilege", "bytes", "text", "notes", "pages"]
ALIAS = 0xF0000000
ABOUT = {
    "variant": "liedtke93",
    "case": "two-large-large-8-warm",
    "machine": "i486",
    "board": "async-l2",
    "model_hash": "d" * 64,
    "unit": "modelled_cycles",
    "tasks": "two",
    "client_space": "large",
    "server_space": "small",
    "bytes": 8,
    "temperature": "warm",
    "warmups": 8,
    "sample": 3,
    "n": 5,
}


class Symbols:
    """Stands for an ELF file: one section, `.text`, in which every address belongs to one symbol."""

    def __init__(self, low: int, high: int, symbol: str) -> None:
        self.sections = [(low, high, ".text")]
        self.low, self.high, self.symbol_name = low, high, symbol

    def symbol(self, address: int) -> str | None:
        return self.symbol_name if self.low <= address < self.high else None


KERNEL = cast(Program, Symbols(0xF0100000, 0xF0103000, "ipc"))
TASK = cast(Program, Symbols(0x400000, 0x402000, "client_main"))


def line(segment: int, step: str, place: tuple[int, int], costs: dict[str, int], text: str, **more: str) -> str:
    cells = [str(costs.get(cause, 0)) for cause in steps.COST_COLUMNS]
    about = [str(segment), step, f"{place[0]:08X}", f"{place[1]:08X}", str(sum(costs.values()))]
    privilege = "0" if segment % 2 else "3"
    return "\t".join([*about, *cells, privilege, more.get("code", "90"), text, more.get("notes", ""), ""])


# 71 + 12 + 2 + 9 + 36 + 4 = 134 cycles: base 71 + 1 + 1 + 5 + 36 + 1, agi 1, tlb 9, cache 3 + 3, write 2, prefetch 1.
LINES = [
    line(0, steps.ENTER, (0x400FFF, 0x400FFF), {"base": 71}, "int 0x30", code="cd30"),
    line(
        1,
        "partner_check",
        (0xF010101E, 0x10101E),
        {"base": 1, "agi": 1, "tlb": 9, "prefetch": 1},
        "cmp eax, dword ptr [esi]",
        code="3b060102",
        notes="tlb=E00C0000:data",
    ),
    line(1, "state_change", (0xF0101022, 0x101022), {"base": 1, "cache": 1}, "push eax", notes="miss=00101020"),
    line(
        1, "partner_check", (0xF0101023, 0x101023), {"base": 5, "cache": 2, "write": 2}, "ret", notes="miss=037F8700 cr3"
    ),
    line(1, steps.LEAVE, (0xF0101024, 0x101024), {"base": 36}, "iretd", code="cf"),
    line(2, "partner_check", (0x400100, 0x400100), {"base": 1, "cache": 3}, "nop", notes="from=00403004 dirty=00402000"),
]
TRACE = "\n".join(["\t".join(COLUMNS), *LINES]) + "\n"
TOTAL = 134


@pytest.fixture
def seen() -> anatomy.Anatomy:
    return anatomy.dissect(TRACE, TOTAL, ABOUT, KERNEL, TASK, LINE_BYTES)


def test_totals_by_step_and_by_cause(seen: anatomy.Anatomy) -> None:
    """A user function and a kernel function of one name are two steps."""
    assert [(one.side, one.step, one.cycles, one.instructions) for one in seen.steps] == [
        ("processor", steps.ENTER, 71, 1),
        ("kernel", "partner_check", 21, 2),
        ("kernel", "state_change", 2, 1),
        ("processor", steps.LEAVE, 36, 1),
        ("user", "partner_check", 4, 1),
    ]
    assert seen.causes == {"base": 115, "agi": 1, "cache": 6, "tlb": 9, "write": 2, "prefetch": 1}


def test_the_three_sums_of_the_json_are_equal(seen: anatomy.Anatomy) -> None:
    printed = json.loads(json.dumps(anatomy.as_json(seen)))
    assert printed["total_cycles"] == TOTAL
    for key in ("steps", "instructions"):
        assert sum(one["cycles"] for one in printed[key]) == TOTAL
        assert sum(cycles for one in printed[key] for cycles in one["causes"].values()) == TOTAL
    assert sum(printed["causes"].values()) == TOTAL
    assert printed["instructions"][1]["causes"] == {"base": 1, "agi": 1, "tlb": 9, "prefetch": 1}


@pytest.mark.parametrize("path", COMMITTED, ids=[path.name.partition(".")[0] for path in COMMITTED])
def test_a_committed_trace_is_its_records_sample(path: Path) -> None:
    record = records.load(Path(str(path).replace(".steps.tsv", ".jsonl")))
    case = record.case(command.CASE)
    total = sum(row.cycles for row in steps.rows(path.read_text()))
    whole = anatomy.dissect(path.read_text(), total, ABOUT, KERNEL, TASK, LINE_BYTES)
    assert total in case["values"]
    assert 100 * whole.without_step <= total
    assert sum(page.walks for page in whole.pages) in case["counts"]["tlb_misses"]
    assert sum(one.fills for one in whole.lines) in case["counts"]["cache_misses"]


def test_a_lost_cycle_is_refused() -> None:
    with pytest.raises(anatomy.AnatomyError, match="the sample 135, its instructions 134"):
        anatomy.dissect(TRACE, TOTAL + 1, ABOUT, KERNEL, TASK, LINE_BYTES)


def test_a_cycle_moved_to_another_instruction_is_refused() -> None:
    """The sums stay equal, so only the comparison within each instruction sees it."""
    moved = TRACE.replace("00101022\t2\t", "00101022\t1\t").replace("00101024\t36\t", "00101024\t37\t")
    with pytest.raises(anatomy.AnatomyError, match="push eax at F0101022"):
        anatomy.dissect(moved, TOTAL, ABOUT, KERNEL, TASK, LINE_BYTES)


def test_pages_are_counted_once_and_say_who_touched_them(seen: anatomy.Anatomy) -> None:
    """The `int` at 00400FFF has two bytes and so touches 00401000."""
    found = [(page.address, page.kinds, page.parts, page.walks) for page in seen.pages]
    assert found == [
        (0x400000, ["code"], ["client", "server"], 0),
        (0x401000, ["code"], ["client"], 0),
        (0x402000, ["data"], ["server"], 0),
        (0x403000, ["data"], ["server"], 0),
        (0xE00C0000, ["data"], ["call"], 1),
        (0xF0101000, ["code"], ["call"], 0),
    ]
    assert [page.name for page in seen.pages][-2:] == ["thread control block", "kernel .text"]


def test_lines_are_physical_and_counted_once(seen: anatomy.Anatomy) -> None:
    """The `cmp` at 0010101E has four bytes and so lies in two lines; the user line of a crossing stops at its page."""
    found = [(one.address, one.kind, one.name, one.fills) for one in seen.lines]
    assert found == [
        (0x101010, "code", "ipc", 0),
        (0x101020, "code", "ipc", 1),
        (0x400100, "code", "client_main", 0),
        (0x400FF0, "code", "client_main", 0),
        (0x37F8700, "data or prefetched", anatomy.OTHER_FRAMES, 1),
    ]


def test_an_interrupt_touches_no_code_and_is_no_instruction() -> None:
    row = line(1, "<interrupt 32>", (0x700000, 0x700000), {"base": 60}, "<interrupt 32>", code="")
    whole = anatomy.dissect(TRACE + row + "\n", TOTAL + 60, ABOUT, KERNEL, TASK, LINE_BYTES)
    assert (whole.steps[-1].cycles, whole.steps[-1].instructions) == (60, 0)
    assert 0x700000 not in [page.address for page in whole.pages] + [one.address for one in whole.lines]


def test_the_text_says_what_its_numbers_are(seen: anatomy.Anatomy) -> None:
    first, second, *_ = anatomy_text.lay_out(seen).splitlines()
    assert first.endswith("sample 3: one round trip, 134 modelled cycles (one way = round trip / 2: 67)")
    for word in ("i486", "async-l2", "dddddddddddd", "client large, server small", "8 bytes", "n = 5 after 8 warm-ups"):
        assert word in second


def test_the_text_groups_by_step_and_gives_events_rows_of_their_own(seen: anatomy.Anatomy) -> None:
    text = anatomy_text.lay_out(seen).splitlines()
    place = text.index("call: partner_check  [12]")
    assert text[place + 1].split("  ")[1:3] == ["F010101E", "cmp eax, dword ptr [esi]"]
    assert text[place + 1].endswith("12  base 1 agi 1 tlb 9 prefetch 1")
    assert text[place + 2].strip() == "walk, data page E00C0000 (thread control block)"
    assert text[place + 3] == "call: state_change  [2]"
    assert "            line fill, 00101020 (ipc)" in text
    (total,) = [row.split() for row in text if row.startswith("total ")]
    assert total == ["total", "6", "134", "100.0", "115", "1", "6", "9", "2", "1"]


def test_what_is_unusual_is_said() -> None:
    odd = line(1, anatomy.UNKNOWN_STEP, (0xF0102000, 0x102000), {"base": 66}, "rep movsd")
    whole = anatomy.dissect(TRACE + odd + "\n", 200, ABOUT, KERNEL, TASK, LINE_BYTES)
    text = anatomy_text.lay_out(whole)
    assert "enters the kernel 1 times" in text
    assert "66 cycles (33.0 %) lie in no function" in text


def test_clocks_that_a_value_decides_are_named() -> None:
    odd = [line(1, "ipc", (0xF0102000, 0x102000), {"base": 28}, "mul ecx", notes="range=13-42"),
           line(1, "ipc", (0xF0102002, 0x102002), {"base": 4}, "sete cl", notes="range=3-4")]
    whole = anatomy.dissect(TRACE + "\n".join(odd) + "\n", TOTAL + 32, ABOUT, KERNEL, TASK, LINE_BYTES)
    assert whole.ranges == [(13, 42), (3, 4)]
    assert anatomy.as_json(whole)["data_dependent_clocks"] == [[13, 42], [3, 4]]
    text = anatomy_text.lay_out(whole)
    assert "a value decides, 13-42 clocks" in text and "2 instructions take clocks that a value decides" in text
    assert "uncertain by 15 cycles" in text


def test_a_disturbed_round_trip_has_no_call_and_reply() -> None:
    rows = [line(number, "l4_ipc", (0x400100, 0x400100), {"base": 1}, "nop") for number in (3, 4, 5, 6)]
    whole = anatomy.dissect(TRACE + "\n".join(rows) + "\n", TOTAL + 4, ABOUT, KERNEL, TASK, LINE_BYTES)
    assert whole.entries == 3
    assert {one.part for one in whole.instructions} == {"user", "kernel"}


def test_collapsed_stacks_keep_every_cycle(seen: anatomy.Anatomy) -> None:
    rows = [row.rsplit(" ", 1) for row in anatomy.folded(seen).splitlines()]
    assert sum(int(cycles) for _, cycles in rows) == TOTAL
    assert rows[1] == ["kernel;partner_check;F010101E cmp eax, dword ptr [esi]", "12"]
    assert all(stack.count(";") == 2 for stack, _ in rows)


def test_the_drawing_has_every_cycle_and_the_same_bytes_again(seen: anatomy.Anatomy) -> None:
    bars = [patch for patch in figure.draw(seen).axes[0].patches if patch.get_width()]
    assert sum(bar.get_width() for bar in bars) == TOTAL
    assert figure.svg(seen) == figure.svg(dataclasses.replace(seen))
    assert set(steps.COST_COLUMNS) == set(figure.COLOURS)


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (["--variant", "nix"], "liedtke93"),
        (["--variant", "liedtke93", "--axis", "queue=nix"], "eager, lazy"),
        (["--variant", "liedtke93", "--machine", "nix"], "i486"),
        (["--variant", "liedtke93", "--machine", "qemu"], "nothing to dissect"),
        (["--variant", "liedtke93", "--board", "nix"], "async-l2"),
        (["--variant", "liedtke93", "--case", "nix"], "two-large-large-8-warm"),
        (["--variant", "liedtke93", "--case", "two-*"], "two-large-large-8-warm"),
        (["--variant", "liedtke93", "--benchmark", "nix"], "pingpong"),
        (["--variant", "liedtke93", "--sample", "x"], "not the number of a sample"),
        (["--variant", "liedtke93", "--sample", "9"], "the samples 0 to 5, not 9"),
    ],
)
def test_wrong_input_is_refused_with_the_known_names(lab: Lab, words: list[str], known: str) -> None:
    ended = lab("anatomy", *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert known in ended.stderr and "Traceback" not in ended.stderr


@pytest.fixture
def synthetic_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run ends with the synthetic record of liedtke93 and its trace, of 400 cycles."""
    record = records.check(synthetic.record_lines("liedtke93"))
    image = SimpleNamespace(files=lambda benchmark: ["kernel.elf", "sigma0.elf", f"{benchmark}.elf"])
    monkeypatch.setattr(runner, "check_cases", lambda request: None)
    monkeypatch.setattr(runner, "prepare", lambda request: SimpleNamespace(image=image))
    monkeypatch.setattr(runner, "perform", lambda prepared: runner.Outcome(record, synthetic.steps_text("liedtke93")))
    monkeypatch.setattr(command, "Program", {"kernel.elf": KERNEL, "sigma0.elf": None, "pingpong.elf": TASK}.get)


def call(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.configure(parser)
    return command.run(parser.parse_args(["--variant", "liedtke93", *words]))


@pytest.mark.usefixtures("synthetic_run")
def test_json_is_about_the_sample_that_stands_for_the_case(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--json") == 0
    printed = json.loads(capsys.readouterr().out)
    wanted = {"variant": "liedtke93", "case": command.CASE, "machine": "i486", "board": "async-l2", "sample": 5, "n": 5}
    assert {key: printed[key] for key in wanted} == wanted
    assert (printed["total_cycles"], printed["one_way_cycles"], printed["metric"]) == (400, 200, "round_trip")
    assert printed["model_hash"] == "d" * 64


@pytest.mark.usefixtures("synthetic_run")
def test_a_trace_of_another_sample_is_refused() -> None:
    with pytest.raises(RunFailed, match="the sample 450, its instructions 400"):
        call("--sample", "0")


@pytest.mark.usefixtures("synthetic_run")
def test_files_are_written_beside_the_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawing, stacks = tmp_path / "a.svg", tmp_path / "a.folded"
    assert call("--svg", str(drawing), "--folded", str(stacks)) == 0
    assert drawing.read_text().startswith("<?xml")
    assert stacks.read_text().startswith("user;l4_ipc_call;F0101000 mov eax, 0 10\n")
    assert capsys.readouterr().out.splitlines()[-2:] == [f"written: {drawing}", f"written: {stacks}"]
