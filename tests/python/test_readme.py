# SPDX-License-Identifier: BSD-2-Clause
"""Does README show the committed numbers?"""

from analysis import readme_table
from analysis.tables.table import read
from bench.run.paths import ROOT, TABLES


def test_readme_shows_the_committed_table() -> None:
    readme = (ROOT / "README.md").read_text()
    assert readme_table.replaced(readme, read(TABLES / "ablation.csv")) == readme
