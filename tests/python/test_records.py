# SPDX-License-Identifier: BSD-2-Clause
"""Is a record that cannot be trusted refused, on writing and on reading?"""

import copy
import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
import synthetic

from analysis import records
from bench.run import record, storage
from bench.run.errors import RunFailed, UsageError


@pytest.fixture
def lines() -> list[dict[str, Any]]:
    return copy.deepcopy(synthetic.record_lines("liedtke93"))


def test_a_good_record_is_read_back_as_written(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    record.write(records.check(lines), tmp_path / "a.jsonl")
    assert records.load(tmp_path / "a.jsonl").lines == lines
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "a.provenance.json"]


@pytest.mark.parametrize(
    ("number", "key", "value", "word"),
    [
        (0, "schema", 2, "schema"),
        (0, "image_hash", "xyz", "image_hash"),
        (0, "command", ["/bin/qemu"], "command"),
        (0, "host", "me", "host"),
        (1, "unit", "seconds", "unit"),
        (1, "values", [-1], "values"),
        (-1, "status", "fail", "status"),
    ],
)
def test_the_schema_refuses(lines: list[dict[str, Any]], number: int, key: str, value: object, word: str) -> None:
    lines[number][key] = value
    with pytest.raises(records.RecordError, match=word):
        records.check(lines)


def test_a_record_without_its_end_is_incomplete(lines: list[dict[str, Any]]) -> None:
    with pytest.raises(records.Incomplete):
        records.check(lines[:-1])


def test_a_lost_case_is_noticed(lines: list[dict[str, Any]]) -> None:
    with pytest.raises(records.RecordError, match="counts"):
        records.check([*lines[:3], *lines[4:]])


def test_series_of_different_lengths_are_refused(lines: list[dict[str, Any]]) -> None:
    lines[2]["counts"]["stalls"]["agi"].append(0)
    with pytest.raises(records.RecordError, match="lengths"):
        records.check(lines)


def test_a_campaign_does_not_mix_models(campaign_folder: Path, tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    for name, model in (("liedtke", "1" * 64), ("liedtke93", "2" * 64)):
        changed = copy.deepcopy(lines)
        changed[0] |= {"variant": name, "model_hash": model}
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in changed))
    with pytest.raises(records.RecordError, match="model_hash"):
        records.load_campaign(tmp_path)
    assert len(records.load_campaign(campaign_folder).records) == 12


def test_incomplete_files_are_reported_and_not_used(tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    for name, content in (("a", lines), ("b", lines[:-1])):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in content))
    campaign = records.load_campaign(tmp_path)
    assert len(campaign.records) == 1
    assert campaign.left_out == ["b.jsonl: no end line: the run did not finish"]


def test_equal_images_must_give_equal_samples(tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    record.write(records.check(lines), tmp_path / "first.jsonl")
    changed = copy.deepcopy(lines)
    changed[2]["values"][0] += 1
    with pytest.raises(RunFailed, match="same image, model and machine"):
        record.write(records.check(changed), tmp_path / "second.jsonl")
    assert not (tmp_path / "second.jsonl").exists()
    changed[0]["image_hash"] = "e" * 64
    record.write(records.check(changed), tmp_path / "second.jsonl")


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    storage.write_text(path, "old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunFailed, match="disk is full"):
        storage.write_text(path, "new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.jsonl"]
    assert path.read_text() == "old"


def test_a_device_is_not_renamed_over() -> None:
    with pytest.raises(UsageError, match="not a file that can be replaced"):
        storage.write_text(Path("/dev/null"), "text")
    assert Path("/dev/null").is_char_device()
