# SPDX-License-Identifier: BSD-2-Clause
"""Do the tutorials work as they stand? Every command of docs/tutorials.md, in its order, in a copy of the tree.

The commands take minutes: `make tutorials` runs them, which sets TUTORIALS=1.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import guest
import pytest
import tree_copy

PAGE = guest.ROOT / "docs" / "tutorials.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = "sh"
SECONDS = 600
LONG = pytest.mark.skipif("TUTORIALS" not in os.environ, reason="long: make tutorials")


@dataclass(frozen=True)
class Block:
    """Commands, or the text of a file."""

    kind: str
    path: str
    text: str


def tutorials() -> dict[str, list[Block]]:
    """By heading."""
    _, *sections = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)
    return {section.split("\n", 1)[0]: [Block(*found) for found in BLOCK.findall(section)] for section in sections}


def test_page_has_what_it_promises() -> None:
    found = tutorials()
    assert list(found) == ["Your first A/B", "Add a choice", "Add a benchmark", "Reproduce a figure"]
    assert all(any(block.kind == COMMANDS for block in blocks) for blocks in found.values())
    assert all(block.path for blocks in found.values() for block in blocks if block.kind != COMMANDS)


@LONG
@pytest.mark.parametrize("name", list(tutorials()))
def test_commands_run_as_they_stand(name: str, tmp_path: Path) -> None:
    copy = tree_copy.made(tmp_path)
    for block in tutorials()[name]:
        if block.kind != COMMANDS:
            assert (copy / block.path).exists(), "the tutorial's earlier command makes this file"
            (copy / block.path).write_text(block.text)
            continue
        for command in block.text.splitlines():
            ended = tree_copy.run(copy, ["bash", "-c", command], SECONDS)
            assert ended.returncode == 0, f"{command}\n{ended.stdout}{ended.stderr}"


@pytest.mark.parametrize("block", [block for blocks in tutorials().values() for block in blocks if block.kind == "c"])
def test_files_are_formatted(block: Block, tmp_path: Path) -> None:
    copy = tree_copy.made(tmp_path)
    (copy / block.path).write_text(block.text)
    assert tree_copy.run(copy, ["clang-format", "--dry-run", "--Werror", block.path], SECONDS).stderr == ""
