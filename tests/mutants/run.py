#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Would the tests notice? Plants the faults of the TOML files here, one at a time in a private copy of the tree, and runs its
named test. A copy serves one fault after another: what a fault does not touch is not built again.

A fault counts as caught if its test passes on the tree as it is and fails, other than by not compiling, on the mutant.
Exit 1 if a fault survives, does not compile or its old text is not there exactly once.

Examples: tests/mutants/run.py 'no window*' plants only the faults whose names match, tests/mutants/run.py pentium.toml
i486.toml those of two files.
"""

import argparse
import fnmatch
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bench.run import process  # noqa: E402
from bench.run.progress import Progress  # noqa: E402

HERE = Path(__file__).resolve().parent
SECONDS = 300
AT_ONCE = 2
PYTEST_FAILED, MAKE_FAILED = 1, 2
# The sanitizers' "runtime error:" is a test's failure.
NOT_COMPILED = re.compile(r"does not build|(?<!runtime )\berror: |undefined reference")


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    old: str
    new: str
    test: str


def command(test: str) -> list[str]:
    """What runs a named test in the copy of the tree that it is started in."""
    if test == "model":
        return ["make", "-s", "-C", "tests/model", "O=../../build/model-tests", "test"]
    return [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]


def copy_of_tree(target: Path) -> None:
    """The files that git tracks or would track, without what is built."""
    listing = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, capture_output=True, text=True, check=True, timeout=SECONDS).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


class Copies:
    """Private copies of the tree, one for each test that runs at once."""

    def __init__(self, folder: Path) -> None:
        self._free: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for number in range(AT_ONCE):
            copy_of_tree(folder / str(number))
            self._free.put(folder / str(number))

    @contextmanager
    def one(self) -> Iterator[Path]:
        tree = self._free.get()
        try:
            yield tree
        finally:
            self._free.put(tree)


@contextmanager
def planted(mutant: Mutant, tree: Path) -> Iterator[None]:
    """Both changes leave the file newer than what was built of it."""
    path = tree / mutant.file
    sound = path.read_text()
    path.write_text(sound.replace(mutant.old, mutant.new))
    try:
        yield
    finally:
        path.write_text(sound)


def run_test(test: str, tree: Path) -> process.Ended:
    return process.run(["env", "-u", "L4LAB_BUILD", *command(test)], SECONDS, tree)


def is_there(mutant: Mutant) -> bool:
    path = ROOT / mutant.file
    return path.is_file() and path.read_text().count(mutant.old) == 1


def judge(mutant: Mutant, copies: Copies) -> str:
    """`caught`, or what went wrong."""
    if not is_there(mutant):
        return "NOT PLANTED: its old text is not in the file exactly once"
    with copies.one() as tree, planted(mutant, tree):
        ended = run_test(mutant.test, tree)
    if NOT_COMPILED.search(ended.output + ended.errors):
        return "NOT PLANTED: it does not compile"
    if ended.status == (MAKE_FAILED if mutant.test == "model" else PYTEST_FAILED):
        return "caught"
    return "SURVIVED" if ended.status == 0 else f"NOT RUN: the test left with status {ended.status}"


def passes(test: str, copies: Copies) -> str:
    """`passes`, or the last lines of what the test said about the tree as it is."""
    with copies.one() as tree:
        ended = run_test(test, tree)
    return "passes" if ended.status == 0 else (ended.output + ended.errors)[-2000:]


def at_once(work: Callable[[str], str], items: Sequence[str], good: str) -> dict[str, str]:
    progress = Progress(len(items))

    def done(item: str) -> str:
        said = work(item)
        progress.finish(item, "ok" if said == good else "failed")
        return said

    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            return dict(zip(items, pool.map(done, items)))
        except KeyboardInterrupt:
            process.stop_all()
            raise


def print_table(mutants: Sequence[Mutant], verdicts: dict[str, str]) -> None:
    width = max(len(mutant.name) for mutant in mutants)
    for mutant in mutants:
        print(f"{mutant.name:{width}}  {verdicts[mutant.name]:10}  {mutant.test}")


def known() -> dict[str, list[Mutant]]:
    """All faults, by the name of their file."""
    found = {path.name: tomllib.loads(path.read_text())["mutant"] for path in sorted(HERE.glob("*.toml"))}
    return {name: [Mutant(**row) for row in rows] for name, rows in found.items()}


def chosen(words: Sequence[str]) -> dict[str, Mutant]:
    """The faults that the command line asks for, by name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="GLOB", help="only the faults with these names, or of these files")
    wanted = parser.parse_args(words).names or ["*"]
    mutants: dict[str, Mutant] = {}
    for glob in wanted:
        found = [one for file, some in known().items() for one in some if fnmatch.fnmatch(one.name, glob) or file == glob]
        if not found:
            names = [*known(), *(one.name for some in known().values() for one in some)]
            parser.error(f"no fault or file is called '{glob}'; known: {', '.join(names)}")
        mutants |= {one.name: one for one in found}
    return mutants


def verdicts_on(mutants: dict[str, Mutant], copies: Copies) -> dict[str, str]:
    before = at_once(lambda test: passes(test, copies), sorted({mutant.test for mutant in mutants.values()}), "passes")
    broken = {test: said for test, said in before.items() if said != "passes"}
    for test, said in broken.items():
        print(f"without any fault, {test} fails:\n{said}", file=sys.stderr)
    ready = [name for name, mutant in mutants.items() if mutant.test not in broken]
    verdicts = dict.fromkeys(mutants, "NOT RUN: its test fails without it")
    return verdicts | at_once(lambda name: judge(mutants[name], copies), ready, "caught")


def main() -> int:
    mutants = chosen(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="l4lab-mutants-") as folder:
        verdicts = verdicts_on(mutants, Copies(Path(folder)))
    print_table(list(mutants.values()), verdicts)
    caught = sum(verdict == "caught" for verdict in verdicts.values())
    print(f"{caught} of {len(mutants)} faults caught")
    return 0 if caught == len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
