# SPDX-License-Identifier: BSD-2-Clause
"""Do the guest tests pass on variants that between them have every choice of every axis, and how deep do the kernel stacks
get on the way?
"""

import guest
import pytest

VARIANTS = (
    "liedtke93",
    "liedtke",
    "baseline",
    "liedtke93-no-message",
    "liedtke93-no-transfer",
    "baseline-plus-space",
)
# ipc_selftest runs on every combination anyway.
PROGRAMS = sorted(path.stem for path in (guest.ROOT / "tests/guest").glob("*.c") if path.stem != "ipc_selftest")
STACK_BYTES_FREE = 128


def test_variants_have_every_choice() -> None:
    chosen = {item for name in VARIANTS for item in guest.selection(name).items()}
    assert chosen == {(axis, choice) for axis, choices in guest.axes().items() for choice in choices}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_guest_program(variant: str, program: str) -> None:
    outcome = guest.run(guest.Image(variant), program)
    assert outcome.problems(program) == []
    assert outcome.stack_bytes_free >= STACK_BYTES_FREE
