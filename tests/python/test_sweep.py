# SPDX-License-Identifier: BSD-2-Clause
"""Does a sweep keep what has finished, whatever ends it, and run nothing twice?"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from command_line import ROOT, Ended

from bench.run import boot, campaign, catalog
from bench.run.errors import UsageError

SECONDS = 120
CAMPAIGN = """\
machines = ["i486", "qemu"]
benchmarks = ["pingpong"]
variants = ["liedtke93", "liedtke", "baseline", "baseline-plus-queue"]
cases = "*-8-*"
order_seed = 7
"""
CELLS = 8
FULL_DISK = """
import errno, os, runpy, sys
left, sync = {files}, os.fsync
def full(handle):
    global left
    left -= 1
    if left < 0:
        raise OSError(errno.ENOSPC, "No space left on device")
    sync(handle)
os.fsync = full
sys.argv = {argv!r}
runpy.run_path(sys.argv[0], run_name="__main__")
"""


class Project:
    """A copy of the kit with a campaign of eight fast cells, and a journal of the machines that were started."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.root = folder / "project"
        for part in ("bench", "boot", "analysis", "variants", "results/schema"):
            shutil.copytree(ROOT / part, self.root / part)
        shutil.copy(ROOT / "l4lab", self.root / "l4lab")
        (self.root / "bench" / "campaigns" / "small.toml").write_text(CAMPAIGN)
        self.build, self.journal = folder / "build", folder / "journal"
        self.environment = {**environment, "FAKE_JOURNAL": str(self.journal)}

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(self.root / "l4lab"), "sweep", "small", "--jobs", "2", *words]

    def sweep(self, *words: str, **variables: str) -> Ended:
        self.journal.write_text("")
        return self._run(self.command(*words), variables)

    def _run(self, command: list[str], variables: dict[str, str]) -> Ended:
        environment = {**self.environment, **variables}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False)

    def with_room_for(self, files: int) -> Ended:
        self.journal.write_text("")
        script = FULL_DISK.format(files=files, argv=self.command()[1:])
        return self._run([sys.executable, "-c", script], {})

    def begun(self) -> list[str]:
        return self.journal.read_text().splitlines()

    def kept(self) -> dict[str, bytes]:
        """Of each finished cell, by what the journal calls it, its file in the store."""
        models = {"i486": "i486", "qemu": "none"}
        found = {}
        for path in (self.build / "store").glob("*.json"):
            variant, _, machine, _ = json.loads(path.read_bytes())["cell"].split(".")
            found[f"{variant} {models[machine]}"] = path.read_bytes()
        return found

    def records(self) -> list[str]:
        return sorted(path.name for path in (self.build / "results" / "raw" / "small").glob("*.jsonl"))


@pytest.fixture
def project(tmp_path: Path, environment: dict[str, str]) -> Project:
    return Project(tmp_path, environment)


def test_second_sweep_runs_nothing_and_makes_the_same_records(project: Project) -> None:
    first = project.sweep()
    assert first.returncode == 0, first.stderr
    assert len(project.begun()) == CELLS == len(set(project.begun()))
    raw = project.build / "results" / "raw" / "small"
    before = {path.name: path.read_bytes() for path in raw.glob("*.jsonl")}
    shutil.rmtree(raw)
    again = project.sweep()
    assert again.returncode == 0 and project.begun() == []
    assert {path.name: path.read_bytes() for path in raw.glob("*.jsonl")} == before
    assert again.stderr.count("kept ") == CELLS and "\033" not in again.stderr


def test_force_runs_every_cell_again(project: Project) -> None:
    project.sweep("--only", "baseline.*")
    assert len(project.begun()) == 2
    assert project.sweep("--only", "baseline.*", "--force").returncode == 0
    assert len(project.begun()) == 2


def test_a_forced_cell_that_differs_is_refused(project: Project) -> None:
    project.sweep("--only", "baseline.*.i486.*")
    kept = project.kept()
    ended = project.sweep("--only", "baseline.*.i486.*", "--force", FAKE="other")
    assert ended.returncode == 3 and "other samples" in ended.stderr
    assert project.kept() == kept


def test_dry_run_prints_every_cell_and_runs_none(project: Project) -> None:
    ended = project.sweep("--dry-run", "--layouts", "2")
    assert ended.stdout.count("qemu-system-i386 ") == 2 * CELLS and "order_seed 7" in ended.stdout
    assert project.begun() == [] and not project.build.exists()


def test_a_failed_cell_is_named_and_the_others_are_kept(project: Project) -> None:
    ended = project.sweep(FAKE="check", FAKE_ONLY="baseline")
    assert ended.returncode == 3
    assert "2 of 8 cells failed, 6 are done" in ended.stderr
    assert "baseline.pingpong.i486.L00: " in ended.stderr and "byte 7 is wrong" in ended.stderr
    assert len(project.kept()) == CELLS - 2
    assert project.sweep().returncode == 0
    assert sorted(project.begun()) == ["baseline i486", "baseline none"]


@pytest.mark.parametrize("files", [0, 4, 9])
def test_a_full_disk_ends_it_and_it_goes_on_with_room(project: Project, files: int) -> None:
    ended = project.with_room_for(files)
    assert ended.returncode == 3 and "the disk is full" in ended.stderr and "Traceback" not in ended.stderr
    kept = project.kept()
    assert len(kept) < CELLS
    assert project.sweep().returncode == 0
    assert not set(kept) & set(project.begun())
    assert len(project.records()) == CELLS == len(project.kept())


def test_damaged_cell_is_run_again(project: Project) -> None:
    project.sweep("--only", "baseline.*.i486.*")
    (path,) = (project.build / "store").glob("*.json")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert project.sweep("--only", "baseline.*.i486.*").returncode == 0
    assert len(project.begun()) == 1 and path.read_bytes() == content


def ended_after(project: Project, cells: int, seconds: float, number: int) -> int:
    """The status of a sweep that gets a signal some time after so many cells are kept, if it has not ended before."""
    project.journal.write_text("")
    command = project.command()
    with subprocess.Popen(
        command, env=project.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        deadline = time.monotonic() + SECONDS
        while process.poll() is None and len(project.kept()) < cells and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(seconds)
        process.send_signal(number)
        return process.wait(20)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_killed_at_random_moments_it_neither_loses_nor_repeats_a_cell(project: Project, number: int, status: int) -> None:
    draw = random.Random(number)
    kept: dict[str, bytes] = {}
    statuses = []
    while len(kept) < CELLS:
        statuses.append(ended_after(project, len(kept) + 1, draw.uniform(0, 0.6), number))
        assert not set(kept) & set(project.begun())
        later = project.kept()
        assert later.items() >= kept.items() and len(later) > len(kept)
        kept = later
    assert set(statuses[:-1]) == {status}
    assert project.sweep().returncode == 0 and project.begun() == []
    assert project.kept() == kept and len(project.records()) == CELLS


def test_private_folders_of_the_killed_are_removed_and_of_the_living_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boot, "SHARED_MEMORY", tmp_path)
    monkeypatch.setattr(boot, "ROOM_FACTOR", 0)
    script = f"""
import time, pathlib
from bench.run import boot
boot.SHARED_MEMORY, boot.ROOM_FACTOR = pathlib.Path({str(tmp_path)!r}), 0
with boot.private_folder(1):
    print(flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline()
        boot.remove_abandoned()
        assert len(list(tmp_path.iterdir())) == 1
        process.kill()
    with boot.private_folder(1) as mine:
        boot.remove_abandoned()
        assert list(tmp_path.iterdir()) == [mine]


TABLE: dict[str, Any] = {"machines": ["i486"], "benchmarks": ["pingpong"], "variants": ["liedtke93", "baseline"]}


def test_layouts_multiply_and_the_seed_orders() -> None:
    plan = campaign.planned("x", {**TABLE, "layouts": 3, "layout_seed": 5})
    assert len(plan.requests) == 6 and {one.layout.seed for one in plan.requests} == {5}
    names = [[one.name for one in campaign.planned("x", {**TABLE, "layouts": 9, "order_seed": seed}).requests] for seed in (1, 1, 2)]
    assert names[0] == names[1] != names[2] and sorted(names[0]) == sorted(names[2]) != names[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [({"machine": "i486"}, "machine"), ({"boards": {"pentium": "pb-l2"}}, "pentium"), ({"boards": {"i486": "nix"}}, "async-l2")],
)
def test_wrong_campaigns_are_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        campaign.planned("x", {**TABLE, **change})


def test_every_campaign_of_the_kit_can_be_planned() -> None:
    found = {name: campaign.load(name) for name in catalog.campaigns()}
    assert {len(found["full_combinations"].requests), len(found["full_layouts"].requests)} == {32, 90}


def test_order_is_recorded_beside_the_records(project: Project) -> None:
    project.sweep("--only", "liedtke*")
    order = json.loads((project.build / "results" / "raw" / "small" / "order.json").read_text())
    assert order["order_seed"] == 7 and len(order["cells"]) == 4


def test_terminal_shows_the_cell_at_work(project: Project) -> None:
    """On a terminal of its own; the last line stays."""
    import pty

    master, slave = pty.openpty()
    with subprocess.Popen(
        project.command("--only", "baseline.*"), env=project.environment, stdout=subprocess.DEVNULL, stderr=slave
    ) as process:
        os.close(slave)
        shown, end = b"", time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                shown += os.read(master, 1 << 16)
            except OSError:
                break
        assert process.wait(20) == 0
    os.close(master)
    text = shown.decode()
    assert "[0/2] at work: baseline.pingpong" in text and "[2/2" in text and "left]" in text
    assert "\033[32m" not in text
