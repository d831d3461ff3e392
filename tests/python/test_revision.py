# SPDX-License-Identifier: BSD-2-Clause
"""Can the kernels of older revisions still be built for today's benchmarks?"""

from pathlib import Path

import pytest

from bench.run import revision
from bench.run.paths import ROOT

OLDER = 'files = {"variant_user.h": header(name, selection, "_user", True)}\n'


@pytest.mark.parametrize("older", [True, False])
def test_constants_of_choices_come_from_where_a_revision_has_them(older: bool, tmp_path: Path) -> None:
    (tmp_path / "variants").mkdir()
    own = ROOT / "variants" / "select.py"
    (tmp_path / "variants" / "select.py").write_text(OLDER if older else own.read_text())
    revision.bridge(tmp_path)
    bridged = tmp_path / "variant_choices.h"
    assert bridged.exists() == older
    assert not older or "variant_user.h" in bridged.read_text()
