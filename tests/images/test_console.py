# SPDX-License-Identifier: BSD-2-Clause
"""What do the kernel debugger's console calls print? A guest program makes each once, between marks."""

import re

import guest
import pytest

PRINTED = {
    "character": "c",
    "counted": "counted",
    "string": "zero-terminated",
    "32": "FEDCBA98",
    "16": "BA98",
    "12": "A98",
    "8": "98",
    "decimal": "4275878552",
    "text": "printed",
    "nop": "",
}
MARKED = re.compile(r"<(\w+):([^<>]*)>")


@pytest.mark.covers(
    "console.character",
    "console.counted-string",
    "console.string",
    "console.hexadecimal-32",
    "console.hexadecimal-16",
    "console.hexadecimal-12",
    "console.hexadecimal-8",
    "console.decimal",
    "console.text",
    "console.nop",
    "console.enter",
)
@pytest.mark.parametrize("variant", ["liedtke", "baseline"])
def test_printed(variant: str) -> None:
    outcome = guest.run(guest.Image(variant), "console_calls")
    assert outcome.problems("console_calls") == []
    printed = dict(MARKED.findall(outcome.log))
    shown = printed.pop("enter")
    assert printed == PRINTED
    assert shown.startswith("*shown\n")
