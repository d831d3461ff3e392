# SPDX-License-Identifier: BSD-2-Clause
"""Are the rules' ids and the tests' claims sound, and does `l4lab conformance` say and return what it should?"""

import json
import re
import subprocess
import sys
from collections import Counter

import claims
import guest
import pytest
import tap

ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)+")
SECTIONS = {1, *range(2, 15), 15, 18, 20, 21}
SECONDS = 60


def rules() -> list[claims.Rule]:
    found: list[claims.Rule] = claims.rules()
    return found


def lab(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "l4lab", "conformance", *words]
    return subprocess.run(command, cwd=guest.ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)


def test_every_rule_has_an_id_of_its_own_and_a_text() -> None:
    assert len(rules()) > 250
    assert [rule for rule in rules() if not ID.fullmatch(rule.id) or not rule.text] == []
    assert [name for name, count in Counter(rule.id for rule in rules()).items() if count > 1] == []


def test_every_section_of_the_interface_has_rules() -> None:
    assert {int(rule.section.split(".")[0]) for rule in rules()} == SECTIONS


def test_claims_name_known_rules() -> None:
    known = {rule.id for rule in rules()}
    claimed = claims.all_claims()
    assert claimed
    assert [(claim, rule) for claim in claimed for rule in claim.rules if rule not in known] == []


def test_list_counts_rules_without_a_test() -> None:
    ended = lab("--list", "--json")
    rows = json.loads(ended.stdout)["rules"]
    assert [row["id"] for row in rows] == [rule.id for rule in rules()]
    without = [row["id"] for row in rows if not row["tests"]]
    assert ended.returncode == (1 if without else 0)
    assert lab("--list").stdout.splitlines()[-1] == f"{len(rows)} rules, {len(without)} unchecked"


def test_a_program_becomes_test_points() -> None:
    ended = lab("--variant", "liedtke93", "--test", "ipc_selftest")
    assert ended.returncode == 0, ended.stderr
    heading, *points, plan = ended.stdout.splitlines()
    assert (heading, plan) == ("TAP version 13", f"1..{len(points)}")
    assert all(re.match(rf"ok {number} - liedtke93 ipc_selftest\.", text) for number, text in enumerate(points, 1))
    assert any("ipc_selftest.closed-wait [ipc.receive.closed" in text for text in points)


@pytest.mark.parametrize("words", [("--variant", "none"), ("--test", "none"), ("--all", "--variant", "liedtke")])
def test_refusals(words: tuple[str, ...]) -> None:
    assert lab(*words).returncode == 2


GOOD = "@covers a ipc.cc.ok ipc.send.nil\n@check a ok it is\n@skipped b no need\n@end program ok\n"


@pytest.mark.parametrize(
    ("log", "status", "wanted", "bad"),
    [
        (GOOD, guest.GUEST_DONE, tap.OK, []),
        (GOOD.replace("ok it", "fail it").replace("am ok", "am fail"), guest.GUEST_DONE, tap.FAILED, ["a"]),
        (GOOD.replace("@end program ok\n", ""), guest.GUEST_DONE, tap.RUN_FAILED, ["end"]),
        (GOOD, 0, tap.RUN_FAILED, ["end"]),
        (GOOD + "l4lab: panic: x\n", guest.GUEST_DONE, tap.RUN_FAILED, ["end"]),
        ("@check a ok it is\n", None, tap.TIME_LIMIT, ["end"]),
    ],
)
def test_verdicts(log: str, status: int | None, wanted: int, bad: list[str]) -> None:
    report = tap.report("image", "program", guest.Outcome(status, log, 0))
    assert report.status == wanted
    assert [point.case for point in report.points if point.problems] == bad


def test_points_name_rules_and_reasons() -> None:
    first, second, _ = tap.report("image", "program", guest.Outcome(guest.GUEST_DONE, GOOD, 0)).points
    assert first.lines(1) == ["ok 1 - image program.a [ipc.cc.ok ipc.send.nil]"]
    assert second.lines(2) == ["ok 2 - image program.b # SKIP no need"]


def test_a_claim_that_its_run_does_not_keep_is_a_problem() -> None:
    silent = guest.Outcome(guest.GUEST_DONE, "@check x ok it is\n@end ipc_selftest ok\n", 0)
    unkept = silent.unkept("ipc_selftest")
    assert len(unkept) == len({claim.case for claim in claims.of_program("ipc_selftest")}) > 0
