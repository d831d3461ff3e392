# SPDX-License-Identifier: BSD-2-Clause
"""Do the kernel's own files, compiled for the host and run under the sanitizers, keep the contracts of the axes?

A program is one C file of this folder, linked with the kernel files under test. The 32-bit C library is that of the cross
compiler, so no other has to be installed; tests/linux32.py says how it runs.
"""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import linux32

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SECONDS = 120
FLAGS = (
    "-std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Wshadow -Werror -fno-strict-aliasing -fno-delete-null-pointer-checks -no-pie"
).split()


@dataclass(frozen=True)
class Contract:
    """A test program, the kernel files it needs and the selections, as of variants/select.py, it must hold for."""

    program: str
    files: tuple[str, ...]
    selections: tuple[tuple[str, ...], ...]


LISTS = "kernel/thread/ready_list.c"
COMMON = ("kernel/memory/frames.c", "kernel/memory/slots.c", "kernel/memory/page_table.c", "kernel/arch/tables.c")
MAPPING, PORTS = "kernel/memory/mapping.c", "kernel/memory/ports.c"
LAZY, EAGER = ("queue=lazy",), ("queue=eager",)
DIRECT, SCHEDULER = ("handoff=direct",), ("handoff=scheduler",)
ONE: tuple[tuple[str, ...], ...] = ((),)
CONTRACTS = (
    Contract("queue", (LISTS,), (LAZY, EAGER)),
    Contract("handoff", (LISTS,), (LAZY + DIRECT, LAZY + SCHEDULER, EAGER + DIRECT, EAGER + SCHEDULER)),
    Contract("send_queue", ("kernel/ipc/send_queue.c",), ONE),
    Contract("timeout", ("kernel/ipc/timeout.c",), ONE),
    Contract("map", ("kernel/ipc/map.c", MAPPING, PORTS), ONE),
    Contract("mapping", (MAPPING,), ONE),
    Contract("ports", (PORTS,), ONE),
    Contract("pic", ("kernel/arch/pic.c",), ONE),
    Contract("transfer", (), (("transfer=temporary_mapping",), ("transfer=double_copy",))),
    Contract("space", (), (("space=page_table",), ("space=small",))),
    Contract("space_small", (), (("space=small",),)),
)
RUNS = [(contract, selection) for contract in CONTRACTS for selection in contract.selections]


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["setpriv", "--pdeathsig", "KILL", "--", *command], capture_output=True, text=True, timeout=SECONDS, check=False
    )


def compile_program(contract: Contract, selection: tuple[str, ...], folder: Path) -> Path:
    choices = [word for text in selection for word in ("--axis", text)]
    select = [sys.executable, str(ROOT / "variants/select.py"), "--variant", "liedtke93", *choices, "--out", str(folder)]
    assert run(select).returncode == 0
    kernel = (*COMMON, *contract.files, *(folder / "variant.mk").read_text().split()[2:])
    sources = [HERE / f"{contract.program}.c", HERE / "host.c", HERE / "checks.c", *(ROOT / file for file in kernel)]
    program = folder / contract.program
    # The fakes stand before the kernel's own headers.
    places = [f"-I{HERE / 'fake'}", f"-I{ROOT}", f"-I{ROOT / 'boot/image/L00'}", f"-I{folder}", "-include", str(HERE / "fake/selectors.h")]
    sanitizers = [*linux32.sanitizers(), *linux32.runtimes()]
    ended = run(["i686-linux-gnu-gcc", *FLAGS, *sanitizers, *places, *linux32.LINKING, "-o", str(program), *map(str, sources)])
    assert ended.returncode == 0, ended.stderr
    return program


def name_of(value: object) -> str:
    return value.program if isinstance(value, Contract) else "+".join(map(str, value)) or "any"  # type: ignore[call-overload]


@pytest.mark.parametrize("contract,selection", RUNS, ids=name_of)
def test_contract(contract: Contract, selection: tuple[str, ...], tmp_path: Path) -> None:
    program = compile_program(contract, selection, tmp_path)
    ended = run(linux32.command(str(program)))
    closing = re.search(r"^(\d+) passed, (\d+) failed$", ended.stdout, re.MULTILINE)
    assert closing, ended.stdout[-2000:] + ended.stderr[-4000:]
    assert int(closing[1]) > 0 and int(closing[2]) == 0, ended.stdout[:4000]
    assert ended.returncode == 0, ended.stderr[-4000:]


def test_every_program_is_run() -> None:
    programs = {path.stem for path in HERE.glob("*.c")} - {"host", "checks"}
    assert programs == {contract.program for contract in CONTRACTS}
