# SPDX-License-Identifier: BSD-2-Clause
"""Does the command line keep its promises: results, refusals, exit statuses, and nothing left of a failed run?"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import ROOT, RUN, Lab

SHARED_MEMORY = Path("/dev/shm")


def records_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.jsonl") if "failed" not in path.parts)


def test_run_prints_one_way_results(lab: Lab) -> None:
    ended = lab(*RUN, "--json")
    assert ended.returncode == 0, ended.stderr
    cold, warm, long = json.loads(ended.stdout)["results"]
    assert (warm["case"], warm["one_way_cycles"], warm["one_way_instructions"], warm["tlb_misses"]) == (
        "two-large-large-8-warm",
        254,
        101,
        5,
    )
    assert (warm["n"], warm["ticks"], warm["settled"], warm["board"]) == (5, 1, True, "async-l2")
    assert (cold["one_way_cycles"], cold["temperature"], long["bytes"]) == (754, "cold", 4096)


def test_plain_qemu_has_no_cycles(lab: Lab) -> None:
    ended = lab(
        "run", "--variant", "liedtke93", "--benchmark", "pingpong", "--machine", "qemu", "--case", "*-8-warm", "--json"
    )
    (result,) = json.loads(ended.stdout)["results"]
    assert (result["one_way_cycles"], result["one_way_instructions"], result["board"]) == (None, 101, None)


def test_the_table_says_what_its_numbers_are(lab: Lab) -> None:
    heading = lab(*RUN).stdout.splitlines()[0]
    for word in ("machine i486", "board async-l2", "modelled cycles", "one way = round trip / 2"):
        assert word in heading


def test_an_axis_changes_the_name_of_the_variant(lab: Lab) -> None:
    ended = lab(*RUN, "--axis", "queue=eager", "--json")
    assert json.loads(ended.stdout)["results"][0]["variant"] == "liedtke93+queue=eager"


def test_out_names_the_record(lab: Lab, tmp_path: Path) -> None:
    assert lab(*RUN, "--out", str(tmp_path / "mine.jsonl")).returncode == 0
    assert (tmp_path / "mine.jsonl").read_text().startswith('{"type":"run","schema":1')


def test_dry_run_prints_the_commands_and_runs_none(lab: Lab, tmp_path: Path) -> None:
    ended = lab(*RUN, "--dry-run")
    assert "make -s image VARIANT=liedtke93" in ended.stdout
    assert "qemu-system-i386" in ended.stdout and "-icount shift=6,sleep=off" in ended.stdout
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (["run", "--variant", "nix", "--benchmark", "pingpong", "--machine", "i486"], "liedtke93"),
        (["run", "--variant", "liedtke93", "--benchmark", "nix", "--machine", "i486"], "pingpong"),
        (["run", "--variant", "liedtke93", "--benchmark", "pingpong", "--machine", "nix"], "bochs, i486, kvm, pentium, qemu"),
        ([*RUN, "--board", "nix"], "async-l2"),
        ([*RUN, "--axis", "nix=lazy"], "queue"),
        ([*RUN, "--axis", "queue=nix"], "eager, lazy"),
        ([*RUN, "--axis", "queue"], "axis=choice"),
        ([*RUN, "--axis", "queue=lazy", "--axis", "queue=eager"], "eager and lazy"),
        ([*RUN, "--case", "nix"], "two-large-large-8-warm"),
        ([*RUN, "--case", "a,b"], "pattern"),
        ([*RUN, "--trace", "nix"], "two-large-large-8-warm"),
        ([*RUN, "--trace", "two-large-large-8-warm:x"], "CASE:SAMPLE"),
        (["sweep", "nix"], "default"),
        (["sweep", "default", "--jobs", "0"], "--jobs"),
        (["sweep", "default", "--only", "nix*"], "liedtke93.pingpong.i486.L00"),
        (["list", "nix"], "variants"),
        (["nix"], "sweep"),
    ],
)
def test_wrong_input_is_refused_with_the_known_names(lab: Lab, words: list[str], known: str) -> None:
    ended = lab(*words)
    assert ended.returncode == 2
    assert known in ended.stderr
    assert "Traceback" not in ended.stderr


def test_choices_that_exclude_each_other(lab: Lab) -> None:
    ended = lab(*RUN, FAKE="assertion")
    assert (ended.returncode, ended.stderr) == (
        2,
        "l4lab: these choices exclude each other: eager queues need a scheduler\n",
    )


@pytest.mark.parametrize(
    ("fake", "reason"),
    [
        ("panic", "panic: page fault in the kernel"),
        ("truncated", "truncated"),
        ("triple-fault", "triple fault"),
        ("check", "byte 7 is wrong"),
        ("model-error", "0F A2 cpuid"),
        ("no-counts-end", "truncated"),
        ("drift", "clock and the model disagree"),
    ],
)
def test_a_failed_run_says_why_and_leaves_no_result(lab: Lab, tmp_path: Path, fake: str, reason: str) -> None:
    ended = lab(*RUN, FAKE=fake)
    assert ended.returncode == 3
    assert reason in ended.stderr and "l4lab: variant=liedtke93" in ended.stderr
    assert records_in(tmp_path) == []
    kept = tmp_path / "build" / "failed" / "liedtke93.pingpong.i486.L00"
    assert (kept / "serial.log").exists() and str(kept) in ended.stderr


def test_a_kernel_that_is_not_the_manifests_is_refused(lab: Lab) -> None:
    ended = lab(*RUN, FAKE_TEXT_HASH="f" * 16)
    assert ended.returncode == 3
    assert "calls itself" in ended.stderr


def test_two_boots_that_differ_are_refused(lab: Lab, tmp_path: Path) -> None:
    assert lab(*RUN).returncode == 0
    before = (tmp_path / "build" / "runs" / "liedtke93.pingpong.i486.L00.jsonl").read_bytes()
    ended = lab(*RUN, FAKE="other")
    assert ended.returncode == 3
    assert "same image, model and machine" in ended.stderr
    assert (tmp_path / "build" / "runs" / "liedtke93.pingpong.i486.L00.jsonl").read_bytes() == before


def test_a_hang_ends_at_the_time_limit(environment: dict[str, str], tmp_path: Path) -> None:
    """The limit comes from machine.toml, so a copy of the project gets a short one."""
    copy = tmp_path / "project"
    for part in ("bench", "boot", "analysis", "variants", "results/schema"):
        shutil.copytree(ROOT / part, copy / part)
    shutil.copy(ROOT / "l4lab", copy / "l4lab")
    facts = copy / "boot" / "machines" / "i486" / "machine.toml"
    facts.write_text(
        "\n".join("timeout_seconds = 1" if "timeout" in line else line for line in facts.read_text().splitlines())
    )
    command = [sys.executable, str(copy / "l4lab"), *RUN]
    ended = subprocess.run(
        command, env={**environment, "FAKE": "hang"}, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 4
    assert "still running after 1 s" in ended.stderr
    assert records_in(tmp_path / "build") == []


def test_full_output_is_a_sentence(lab: Lab, environment: dict[str, str]) -> None:
    with open("/dev/full", "w") as full:
        command = [sys.executable, str(ROOT / "l4lab"), "list", "variants"]
        ended = subprocess.run(
            command, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert (ended.returncode, ended.stderr) == (3, "l4lab: the disk is full, and the output could not be written\n")


FULL_DISK = """
import errno, os, runpy, sys
def full(_): raise OSError(errno.ENOSPC, "No space left on device")
os.fsync = full
sys.argv = {argv!r}
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_a_full_disk_is_a_sentence_and_leaves_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    script = FULL_DISK.format(argv=[str(ROOT / "l4lab"), *RUN])
    ended = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 3
    assert "the disk is full" in ended.stderr
    assert list((tmp_path / "build" / "runs").iterdir()) == []


def wait_for(condition: object, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def descendants(text: str) -> list[str]:
    """Processes whose command line holds this text."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (entry / "cmdline").exists():
            try:
                command = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if text in command and "qemu" in command:
                found.append(entry.name)
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_machine_outlives_its_command(environment: dict[str, str], tmp_path: Path, number: int) -> None:
    fakes = tmp_path / "fakes"
    shutil.copytree(ROOT / "tests" / "python" / "fakes", fakes)
    shutil.copytree(ROOT / "variants", tmp_path / "variants")
    (fakes / "make").write_text((fakes / "make").read_text().replace("parents[3]", "parents[1]"))
    variables = {**environment, "FAKE": "hang", "PATH": f"{fakes}:{os.environ['PATH']}"}
    command = [sys.executable, str(ROOT / "l4lab"), *RUN]
    with subprocess.Popen(
        command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        wait_for(lambda: descendants(str(fakes)))
        process.send_signal(number)
        status = process.wait(timeout=20)
    assert status == (-number if number == signal.SIGKILL else 130)
    wait_for(lambda: not descendants(str(fakes)))
    assert records_in(tmp_path / "build") == []


HELPED = ["list", "run", "sweep", "tables", "figures", "summary", "reproduce", "doctor"]
HELPED += ["compare", "gate", "verify", "artifact", "interaction"]


@pytest.mark.parametrize("command", HELPED)
def test_help_has_an_example(lab: Lab, command: str) -> None:
    ended = lab(command, "--help")
    assert ended.returncode == 0
    assert f"example: l4lab {command}" in ended.stdout


def test_listings_are_json_on_request(lab: Lab) -> None:
    axes = {axis["name"]: axis["choices"] for axis in json.loads(lab("list", "axes", "--json").stdout)["axes"]}
    assert {"lazy", "eager"} <= set(axes["queue"])
    cases = [case["name"] for case in json.loads(lab("list", "cases", "--json").stdout)["cases"]]
    assert cases[1] == "two-large-large-8-warm"


def test_a_benchmark_is_listed_with_its_question_and_a_campaign_with_its_cells(lab: Lab) -> None:
    asked = {one["name"]: one["question"] for one in json.loads(lab("list", "benchmarks", "--json").stdout)["benchmarks"]}
    assert asked["existing_threads"] == "What does a short IPC cost if many threads exist?"
    assert all(question.startswith("What do") and question.endswith("?") for question in asked.values())
    listed = {one["name"]: one for one in json.loads(lab("list", "campaigns", "--json").stdout)["campaigns"]}
    assert listed["default"]["cells"] == 12 and listed["default"]["summary"].startswith("The main question")


def test_doctor_names_the_packages(lab: Lab, tmp_path: Path) -> None:
    ended = lab("doctor", PATH=str(tmp_path))
    assert ended.returncode == 5
    assert "apt-get install make" in ended.stderr and "qemu-system-x86" in ended.stderr
