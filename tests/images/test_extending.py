# SPDX-License-Identifier: BSD-2-Clause
"""Do the files that `l4lab new` makes build and pass, in a copy of the tree?"""

import subprocess
import sys
from pathlib import Path

import guest
import pytest
import tree_copy

from bench.run import build

SECONDS = 400


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    build.plugin()
    return tree_copy.made(tmp_path_factory.mktemp("copy"), ["model"])


@pytest.mark.parametrize(
    ("words", "test"),
    [
        (["choice", "mine", "--axis", "queue", "--like", "eager"], "test_choice_queue_mine.py"),
        (["choice", "own", "--axis", "space", "--like", "small"], "test_choice_space_own.py"),
        (["variant", "my-own", "--axis", "handoff=scheduler"], "test_variant_my_own.py"),
        (["benchmark", "my_call"], "test_benchmark_my_call.py"),
    ],
    ids=["choice", "choice with companions", "variant", "benchmark"],
)
def test_what_is_made_builds_and_passes(copy: Path, words: list[str], test: str) -> None:
    made = tree_copy.run(copy, [sys.executable, "l4lab", "new", *words], SECONDS)
    assert made.returncode == 0, made.stderr
    style = ["clang-format", "--dry-run", "--Werror", *(line for line in made.stdout.splitlines() if line.endswith((".c", ".h")))]
    assert words[0] == "variant" or tree_copy.run(copy, style, SECONDS).stderr == ""
    passed: subprocess.CompletedProcess[str] = tree_copy.run(
        copy, [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/images/{test}"], SECONDS
    )
    assert passed.returncode == 0, passed.stdout


def test_copy_is_not_the_tree(copy: Path) -> None:
    assert not copy.resolve().is_relative_to(guest.ROOT)
