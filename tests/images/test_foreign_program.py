# SPDX-License-Identifier: BSD-2-Clause
"""Does a kernel refuse, with a sentence, a program that was built for the other choice of the message axis?"""

import shutil
from pathlib import Path

import guest
import pytest

TARGETS = ["kernel.elf", "sigma0.elf", "ipc_selftest.elf"]
SENTENCE = "l4lab: panic: a module is not built for this variant's message axis"


@pytest.mark.parametrize(("kernel", "program"), [("liedtke93", "baseline"), ("baseline", "liedtke93")])
def test_refused(kernel: str, program: str, tmp_path: Path) -> None:
    own, other = (guest.build(guest.Image(variant), TARGETS) for variant in (kernel, program))
    for source, name in ((own, "kernel.elf"), (own, "sigma0.elf"), (other, "ipc_selftest.elf")):
        shutil.copy(source / name, tmp_path / name)
    outcome = guest.boot(tmp_path, "ipc_selftest", seconds=3)
    assert SENTENCE in outcome.log
    assert outcome.verdicts == []
