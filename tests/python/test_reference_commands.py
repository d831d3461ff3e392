# SPDX-License-Identifier: BSD-2-Clause
"""Do reproduce RECORD, verify, gate and artifact say what is the same and what is not?"""

import json
import tarfile
from pathlib import Path

import synthetic
from command_line import ROOT, RUN, Lab

from analysis import claims, difference, records, steps
from bench.run import again
from bench.run.commands import artifact


def recorded(lab: Lab, folder: Path) -> Path:
    path = folder / "liedtke93.pingpong.i486.L00.jsonl"
    assert lab(*RUN, "--case", "*-warm", "--out", str(path)).returncode == 0
    return path


def edit(path: Path, **run: object) -> None:
    first, *others = path.read_text().splitlines()
    path.write_text("\n".join([json.dumps({**json.loads(first), **run}), *others]) + "\n")


def test_a_record_is_reproduced(lab: Lab, tmp_path: Path) -> None:
    ended = lab("reproduce", str(recorded(lab, tmp_path)))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("identical:")


def test_what_differs_from_a_record_is_said(lab: Lab, tmp_path: Path) -> None:
    path = recorded(lab, tmp_path)
    ended = lab("reproduce", str(path), FAKE="other")
    assert ended.returncode == 1
    assert "case two-large-large-8-warm: values" in ended.stdout and "254 cycles before, 255 now" in ended.stdout


def test_other_tools_are_not_other_results(lab: Lab, tmp_path: Path) -> None:
    path = recorded(lab, tmp_path)
    edit(path, qemu="QEMU 1")
    ended = lab("reproduce", str(path))
    assert ended.returncode == 0 and "qemu: QEMU 1 before" in ended.stdout


def test_what_is_no_record_is_refused(lab: Lab) -> None:
    assert lab("reproduce", "README.md").returncode == 3


def test_the_request_is_read_back(lab: Lab, tmp_path: Path) -> None:
    path = recorded(lab, tmp_path)
    edit(path, variant="liedtke93+queue=eager", layout=7, layout_seed=3)
    request = again.request(again.load(path))
    assert (request.cases, request.variant.overrides) == ("*-warm", ("queue=eager",))
    assert (request.layout.number, request.layout.seed, request.name.rpartition(".")[2]) == (7, 3, "L07")


def test_verify_finds_a_wrong_hash(lab: Lab, tmp_path: Path) -> None:
    path = recorded(lab, tmp_path / "raw")
    ended = lab("verify", "--from", str(tmp_path / "raw"))
    assert ended.returncode == 1 and "source_hash" in ended.stdout, "the fake make has another source hash"
    for key in ("text_hash", "image_hash", "model_hash"):
        assert key not in ended.stdout
    edit(path, image_hash="0" * 64)
    assert "image_hash" in lab("verify", "--from", str(tmp_path / "raw")).stdout


def test_verify_finds_half_a_record(lab: Lab, tmp_path: Path) -> None:
    path = recorded(lab, tmp_path / "raw")
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    ended = lab("verify", "--from", str(tmp_path / "raw"), "--no-build")
    assert ended.returncode == 1 and "did not finish" in ended.stdout


def test_gate_passes_what_is_equal_and_faster(lab: Lab, tmp_path: Path) -> None:
    recorded(lab, tmp_path / "raw")
    ended = lab("gate", "--from", str(tmp_path / "raw"))
    assert ended.returncode == 0 and "2 of 2 cases unchanged" in ended.stdout
    recorded_slow = recorded_with(lab, tmp_path / "slow", "other")
    ended = lab("gate", "--from", str(recorded_slow.parent))
    assert ended.returncode == 0 and "faster liedtke93 pingpong two-large-large-8-warm: -1 cycles" in ended.stdout


def recorded_with(lab: Lab, folder: Path, fake: str) -> Path:
    path = folder / "liedtke93.pingpong.i486.L00.jsonl"
    assert lab(*RUN, "--case", "*-warm", "--out", str(path), FAKE=fake).returncode == 0
    return path


def test_gate_fails_by_one_cycle(lab: Lab, tmp_path: Path) -> None:
    recorded(lab, tmp_path / "raw")
    ended = lab("gate", "--from", str(tmp_path / "raw"), FAKE="other")
    assert ended.returncode == 1
    assert "SLOWER liedtke93 pingpong two-large-large-8-warm: +1 cycles" in ended.stdout
    assert "gate FAILED: 2 cases" in ended.stdout


def test_the_step_that_got_slower_is_named() -> None:
    old, new = (steps.costs(steps.rows(synthetic.steps_text(name))) for name in ("liedtke93", "baseline"))
    step = difference.slowest_step(old, new)
    assert step == "kernel: space_switch (+180 cycles of the round trip)"
    assert difference.slowest_step(old, old) is None


def test_records_that_lack_cases_differ() -> None:
    lines = synthetic.record_lines("liedtke93")
    whole = records.check(lines)
    half = records.check([lines[0], *lines[1:3], {**lines[-1], "samples": 2}])
    assert difference.of_samples(whole, half)[0].endswith("only in the old record")
    assert not difference.only_tools(whole, half) and difference.only_tools(whole, whole)


def test_every_claim_has_its_row() -> None:
    listed = claims.load(ROOT / "results" / "tables")
    assert len(listed) >= 5 and all(one.command.startswith("./l4lab ") for one in listed)
    assert all("modelled cycles" in one.expected for one in listed)
    assert listed[0].expected.split()[0] in claims.markdown(listed)


def test_the_guide_is_packed_reproducibly(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("licence\n")
    archive = tmp_path / "tree.tar"
    with tarfile.open(archive, "w") as opened:
        opened.add(tmp_path / "LICENSE", "l4lab/LICENSE")
    packed = artifact._with_guide(archive.read_bytes(), b"claims\n")
    assert packed == artifact._with_guide(archive.read_bytes(), b"claims\n")
    (tmp_path / "packed.tar.gz").write_bytes(packed)
    with tarfile.open(tmp_path / "packed.tar.gz") as opened:
        assert opened.getnames() == ["l4lab/LICENSE", "l4lab/CLAIMS.md"]
