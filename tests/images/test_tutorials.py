# SPDX-License-Identifier: BSD-2-Clause
"""Do the tutorials work as they stand? Every command of docs/tutorials.md, in its order, in a copy of the tree.

The copy begins with the model and the images of named variants that are built already; what a tutorial adds, it builds.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import guest
import pytest
import tree_copy

from bench.run import build

PAGE = guest.ROOT / "docs" / "tutorials.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = "sh"
SECONDS = 600
# Images of named variants that the commands of a tutorial need as they are.
VARIANTS: dict[str, list[str]] = {
    "Your first A/B": ["liedtke93"],
    "Add a choice": [],
    "Add a benchmark": ["liedtke93", "baseline"],
    "Reproduce a figure": ["liedtke93", "liedtke93-no-queue"],
}


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
    assert list(found) == list(VARIANTS)
    assert all(any(block.kind == COMMANDS for block in blocks) for blocks in found.values())
    assert all(block.path for blocks in found.values() for block in blocks if block.kind != COMMANDS)


@pytest.mark.parametrize("name", list(tutorials()))
def test_commands_run_as_they_stand(name: str, tmp_path: Path) -> None:
    build.plugin()
    for variant in VARIANTS[name]:
        guest.build(guest.Image(variant), ["manifest.json"])
    copy = tree_copy.made(tmp_path, ["model", *VARIANTS[name]])
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
