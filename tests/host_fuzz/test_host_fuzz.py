# SPDX-License-Identifier: BSD-2-Clause
"""Do the kernel's files under the fuzz targets keep their rules: on the corpus and some changes of it, and with HOST_FUZZ=1
(`make fuzz-host`) on many changes, by all choices of the axes, the corpus reaching 90 % of the lines that are measured?

A run that breaks a rule leaves its input beside the program, and says where; the program repeats it: PROGRAM FILE.
"""

import os
import shutil
from pathlib import Path

import programs
import pytest

LONG = os.environ.get("HOST_FUZZ") == "1"
EXECUTIONS, LONG_EXECUTIONS = 200, 20000
SECONDS, LONG_SECONDS = 120, 3000
LINES_REACHED = 0.9


def selections(target: programs.Target) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys((*target.selections, *target.long_selections))) if LONG else target.selections


RUNS = [(target, selection) for target in programs.TARGETS for selection in selections(target)]


def name_of(value: object) -> str:
    return value.name if isinstance(value, programs.Target) else "+".join(map(str, value)) or "any"  # type: ignore[call-overload]


@pytest.mark.parametrize("target,selection", RUNS, ids=name_of)
def test_no_rule_is_broken(target: programs.Target, selection: tuple[str, ...], tmp_path: Path) -> None:
    program = programs.build(target, selection, tmp_path)
    count = LONG_EXECUTIONS // len(selections(target)) if LONG else EXECUTIONS
    arguments = ["--executions", str(count), "--keep", str(tmp_path)]
    ended = programs.execute(program, arguments, programs.corpus(target), LONG_SECONDS if LONG else SECONDS)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-4000:]


def test_a_broken_rule_is_found_and_repeats(tmp_path: Path) -> None:
    """A planted fault, which the input found for it shows again, and which the kernel as it is does not have."""
    (target,) = (target for target in programs.TARGETS if target.name == "timeout")
    planted = tmp_path / "kernel" / "timeout.c"
    planted.parent.mkdir()
    source = (programs.ROOT / "kernel/ipc/timeout.c").read_text()
    assert source.count("thread->wakeup > now") == 1
    planted.write_text(source.replace("thread->wakeup > now", "thread->wakeup > now + 1"))
    faulty = programs.Target("timeout", (str(planted),))
    program = programs.build(faulty, (), tmp_path / "build")
    arguments = ["--executions", "2000", "--keep", str(tmp_path)]
    ended = programs.execute(program, arguments, programs.corpus(target), SECONDS)
    assert ended.returncode == 1 and "not so:" in ended.stdout, ended.stdout[-2000:] + ended.stderr
    again = programs.execute(program, [], [tmp_path / "broken-0000.input"], SECONDS)
    assert again.returncode == 1 and "not so:" in again.stdout
    sound = programs.build(target, (), tmp_path / "sound")
    assert programs.execute(sound, [], [tmp_path / "broken-0000.input"], SECONDS).returncode == 0


@pytest.mark.skipif(not LONG, reason="make fuzz-host")
@pytest.mark.parametrize("target", programs.TARGETS, ids=name_of)
def test_the_corpus_reaches_the_lines(target: programs.Target, tmp_path: Path) -> None:
    reached: dict[str, dict[int, bool]] = {file: {} for file in target.measured}
    for number, selection in enumerate(target.selections):
        folder = tmp_path / str(number)
        program = programs.build_counted(target, selection, folder)
        ended = programs.execute(program, [], programs.corpus(target), LONG_SECONDS)
        assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr
        reached = programs.merge(reached, programs.reached_lines(folder, target.measured))
        shutil.rmtree(folder)
    for file, lines in reached.items():
        share = sum(lines.values()) / len(lines)
        missed = sorted(line for line, was in lines.items() if not was)
        print(f"{file}: {share:.1%} of {len(lines)} lines; not {missed}")
        assert share >= LINES_REACHED, (file, missed)
