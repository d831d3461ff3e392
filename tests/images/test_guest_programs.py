# SPDX-License-Identifier: BSD-2-Clause
"""Do the guest tests pass on variants that between them have every choice of every axis, and how deep do the kernel stacks
get on the way? `make conformance` runs them on every combination.
"""

import guest
import pytest

# ipc_selftest runs on every combination anyway.
PROGRAMS = sorted(path.stem for path in (guest.ROOT / "tests/guest").glob("*.c") if path.stem != "ipc_selftest")
TARGETS = ["kernel.elf", "sigma0.elf", *(f"{program}.elf" for program in PROGRAMS)]
STACK_BYTES_FREE = 128


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("image", guest.representative(guest.FEW_VARIANTS), ids=guest.image_name)
def test_guest_program(image: guest.Image, program: str) -> None:
    outcome = guest.boot(guest.build(image, TARGETS), program)
    assert outcome.problems(program) == []
    assert outcome.stack_bytes_free >= STACK_BYTES_FREE
