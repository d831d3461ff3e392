# SPDX-License-Identifier: BSD-2-Clause
"""What is the manual page? Made of the parsers themselves, so that it says what they accept."""

import argparse
from collections.abc import Iterator

SECTION = '.TH L4LAB 1 "" "L4Lab" "User Commands"'


def _escaped(text: str) -> str:
    """As troff prints it: no line begins a request, and a hyphen stays one that can be typed."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in lines)


def _verbatim(text: str) -> Iterator[str]:
    yield from (".nf", _escaped(text), ".fi")


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        if number:
            yield ".PP"
        yield _escaped(" ".join(paragraph.split()))


def _heading(action: argparse.Action) -> str:
    """An option with what it takes, or an argument's name."""
    taken = action.metavar or (action.dest.upper() if action.option_strings else action.dest)
    word = taken if isinstance(taken, str) else " ".join(taken)
    if action.choices is not None and not isinstance(action.choices, dict):
        word = "|".join(map(str, action.choices))
    names = ", ".join(f"\\fB{_escaped(name)}\\fR" for name in action.option_strings)
    takes = action.nargs != 0
    return " ".join(part for part in (names, f"\\fI{_escaped(word)}\\fR" if takes or not names else "") if part)


def _actions(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, one in action.choices.items():
                yield from (".TP", f"\\fB{_escaped(name)}\\fR", ".RS", *_actions(one), ".RE")
        elif not isinstance(action, argparse._HelpAction):
            told = (action.help or "") % {**vars(action), "prog": parser.prog}
            yield from (".TP", _heading(action), _escaped(told) or "\\&")


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    return next(dict(one.choices) for one in parser._actions if isinstance(one, argparse._SubParsersAction))


def page(parser: argparse.ArgumentParser, summaries: dict[str, str]) -> str:
    """The whole page; summaries: command -> its line in `l4lab --help`."""
    lines = ['.\\" SPDX-License-Identifier: BSD-2-Clause', '.\\" Made by: ./l4lab manual --write', SECTION]
    lines += [".SH NAME", _escaped(f"l4lab - {parser.description}"), ".SH SYNOPSIS", "\\fBl4lab\\fR \\fICOMMAND\\fR [...]"]
    lines += [".SH COMMANDS"]
    for name, one in _commands(parser).items():
        lines += [f".SS l4lab {name}", *_paragraphs(one.description or summaries[name]), *_actions(one)]
        lines += [".PP", *_verbatim((one.epilog or "").split("\n")[0])]
    epilog = (parser.epilog or "").split("\n")
    lines += [".SH EXIT STATUS", _escaped(epilog[-1]), ".SH EXAMPLES", *_verbatim("\n".join(epilog[:-1]))]
    return "\n".join(lines) + "\n"
