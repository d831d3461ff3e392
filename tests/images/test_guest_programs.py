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


def images() -> list[guest.Image]:
    """The variants above, and for each choice that none of them has, the first of them with that choice."""
    chosen = {item for name in VARIANTS for item in guest.selection(name).items()}
    others = [(axis, choice) for axis, choices in guest.axes().items() for choice in choices]
    missing = [f"{axis}={choice}" for axis, choice in others if (axis, choice) not in chosen]
    return [guest.Image(name) for name in VARIANTS] + [guest.Image(VARIANTS[0], (text,)) for text in missing]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("image", images(), ids=guest.image_name)
def test_guest_program(image: guest.Image, program: str) -> None:
    outcome = guest.run(image, program)
    assert outcome.problems(program) == []
    assert outcome.stack_bytes_free >= STACK_BYTES_FREE
