# SPDX-License-Identifier: BSD-2-Clause
"""Are the sizes recovered from time, and not from what is expected? A machine of other sizes must show its own."""

import shutil
from dataclasses import replace
from pathlib import Path

import measure
import probe_run
import pytest
import structure


@pytest.mark.parametrize("cache_bytes,tlb_entries", [(8192, 16), (16384, 64)])
def test_another_machine_shows_its_own_sizes(
    tmp_path: Path, cache_bytes: int, tlb_entries: int
) -> None:
    machine = tmp_path / "machine"
    shutil.copytree(probe_run.I486.folder, machine)
    rules = (machine / "rules.psv").read_text()
    changed = rules.replace("\ncache_bytes|8192|", f"\ncache_bytes|{cache_bytes}|")
    changed = changed.replace("\ntlb_entries|32|", f"\ntlb_entries|{tlb_entries}|")
    assert changed != rules
    (machine / "rules.psv").write_text(changed)
    target = replace(probe_run.I486, folder=machine)
    plugin = probe_run.build_plugin(tmp_path / "model")
    counts = measure.cycles(tmp_path, plugin, structure.probes(), measure.PROBES_BOARD, target)
    assert [one.recovered for one in structure.structures(counts)] == [cache_bytes, 16, 4, tlb_entries]
