# SPDX-License-Identifier: BSD-2-Clause
"""Is each traced instruction given to the function that the source names, in a program that was compiled for it?"""

import subprocess

import pytest
import synthetic

from analysis import pages, steps
from analysis.dwarf import Program
from variants import select

SOURCE = """
static inline __attribute__((always_inline)) int innermost(int a) { return a * a + 5; }
static inline __attribute__((always_inline)) int partner_check(volatile int *p) { return innermost(*p) + 1; }
static inline __attribute__((always_inline)) void state_change(volatile int *p) { *p = 7; }
volatile int object;
int ipc_path(void) { int r = partner_check(&object); state_change(&object); return r; }
__asm__(".globl entry_stub\\nentry_stub: nop\\n nop\\n ret\\n");
"""
COLUMNS = ["linear", "physical", "cycles", *steps.COST_COLUMNS, "privilege", "bytes", "text", "notes"]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    folder = tmp_path_factory.mktemp("program")
    (folder / "path.c").write_text(SOURCE)
    flags = [
        "-m32",
        "-O2",
        "-g",
        "-ffreestanding",
        "-fno-pic",
        "-no-pie",
        "-nostdlib",
        "-Wl,-e,ipc_path",
        "-Wl,--build-id=none",
        "-Wl,-Ttext=0x400000",
    ]
    command = ["i686-linux-gnu-gcc", *flags, "-o", str(folder / "path.elf"), str(folder / "path.c")]
    subprocess.run(command, check=True, timeout=60)
    return Program(folder / "path.elf")


def addresses(program: Program, name: str) -> list[int]:
    return [frame.low for frame in program.frames if frame.name == name and frame.depth > 0]


def test_inline_frames_from_the_outermost_in(program: Program) -> None:
    (place,) = addresses(program, "state_change")[:1]
    assert program.chain(place) == ["ipc_path", "state_change"]
    assert ["ipc_path", "partner_check", "innermost"] in [program.chain(one) for one in addresses(program, "innermost")]


def test_assembly_has_its_symbol(program: Program) -> None:
    entry = next(address for address, name in program.symbols if name == "entry_stub")
    assert program.chain(entry + 1) == ["entry_stub"]
    assert program.chain(0x10) == []


def test_pages_are_named_by_sections_and_areas(program: Program) -> None:
    """The program stands for both, so its own page is the kernel's; the areas are those of kernel/memory/layout.h."""
    assert ".text" in pages.name(0x400000, program, program).split()
    held = [pages.name(page, program, program) for page in (0xE00C0000, 0xFF001000, 0xF0500000, 0x70000000)]
    assert held == ["thread control block", "communication window", "physical memory alias", "user"]


def line(linear: int, physical: int, privilege: int, text: str, notes: str = "") -> str:
    costs = ["1", *["0"] * (len(steps.COST_COLUMNS) - 1)]
    return "\t".join([f"{linear:08X}", f"{physical:08X}", "1", *costs, str(privilege), "90", text, notes])


def test_a_trace_is_attributed(program: Program) -> None:
    place = addresses(program, "state_change")[0]
    inner = next(one for one in addresses(program, "innermost") if len(program.chain(one)) == 3)
    trace = (
        "\t".join(COLUMNS)
        + "\n"
        + "\n".join(
            [
                line(0xC0000000 + place, place, 3, "mov dword ptr [ebx], 7", "tlb=00402000:data miss=00402000"),
                line(0xC0000000 + place, place, 3, "int 0x30"),
                line(inner, 0x100000, 0, "imul eax, eax, 3"),
                line(inner, 0x100000, 0, "iretd"),
                line(place, place, 3, "nop"),
            ]
        )
        + "\n"
    )
    rows = list(steps.rows(steps.attribute(trace, program, program)))
    assert [row.segment for row in rows] == [0, 0, 1, 1, 2]
    assert [row.step for row in rows] == ["state_change", steps.ENTER, "partner_check", steps.LEAVE, "state_change"]
    assert rows[0].tlb_misses == [(0x402000, "data")]
    assert rows[0].cache_misses == 1


def test_an_empty_trace_is_refused(program: Program) -> None:
    with pytest.raises(steps.TraceError, match="empty"):
        steps.attribute("\t".join(COLUMNS) + "\n", program, program)


def test_costs_keep_every_cycle() -> None:
    axes = select.resolve("liedtke93", [])[2]
    found = {cost.step: cost for cost in steps.costs(steps.rows(synthetic.steps_text("liedtke93")))}
    assert sum(cost.cycles for cost in found.values()) == 2 * synthetic.one_way(axes, 8)
    assert found["l4_ipc_call"].by_segment == {"client": 5, "call": 0, "server": 5, "reply": 0}
    assert (found["space_switch"].tlb_misses, found["space_switch"].cache_misses, found[steps.ENTER].instructions) == (
        2,
        2,
        2,
    )


def test_a_disturbed_round_trip_is_refused() -> None:
    text = synthetic.steps_text("liedtke93")
    with pytest.raises(steps.TraceError, match="more than twice"):
        steps.costs(steps.rows(text + text.splitlines()[-1].replace("4", "5", 1) + "\n"))
