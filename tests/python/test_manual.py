# SPDX-License-Identifier: BSD-2-Clause
"""Is the manual page what the commands accept, and does the shell complete what the README says?"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ROOT, SECONDS, Lab

from bench.run import catalog
from bench.run.cli import COMMANDS

PAGE = ROOT / "docs" / "l4lab.1"


def test_page_is_not_stale(lab: Lab) -> None:
    ended = lab("manual")
    assert ended.returncode == 0, ended.stderr
    assert PAGE.read_text() == ended.stdout, "./l4lab manual --write renews it"


def test_page_has_every_command_and_what_it_takes() -> None:
    text = PAGE.read_text()
    assert all(f".SS l4lab {name}\n" in text for name in COMMANDS)
    assert "\\-\\-only" in text and "exit status: 0 ok" in text


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is missing: apt-get install groff-base")
def test_page_is_good_troff() -> None:
    command = ["groff", "-man", "-ww", "-Tutf8", str(PAGE)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def completions(line: str, environment: dict[str, str]) -> set[str]:
    """What the shell would offer; the protocol of argcomplete: candidates on descriptor 8."""
    script = f'"{sys.executable}" "{ROOT / "l4lab"}" 8>&1 9>/dev/null 1>/dev/null'
    variables = {"_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "COMP_LINE": line, "COMP_POINT": str(len(line)), "COMP_TYPE": "9"}
    ended = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, **environment, **variables},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return {word.strip() for word in ended.stdout.splitlines()}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("l4lab swe", {"sweep"}),
        ("l4lab sweep ful", {name for name in catalog.campaigns() if name.startswith("full")}),
        ("l4lab run --variant liedtke93-no-", {name for name in catalog.variants() if name.startswith("liedtke93-no-")}),
        ("l4lab new choice --axis ha", {"handoff"}),
        ("l4lab sweep default --dry", {"--dry-run"}),
    ],
)
def test_completion(line: str, expected: set[str], environment: dict[str, str], tmp_path: Path) -> None:
    del tmp_path
    assert completions(line, environment) == expected
