# SPDX-License-Identifier: BSD-2-Clause
"""How does text become LaTeX? Escaping, numbers and tables; everything that a template prints passes through `finalize`."""

from collections.abc import Sequence

SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "_": r"\_\allowbreak{}",
        "%": r"\%",
        "&": r"\&",
        "#": r"\#",
        "$": r"\$",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "µ": r"\textmu{}",
        "→": r"$\rightarrow$",
    }
)
DECIMALS = 1


class Tex(str):
    """Text that is LaTeX already."""


def escape(text: str) -> Tex:
    return Tex(text.translate(SPECIAL))


def number(value: float | str, signed: bool = False) -> str:
    """At most one decimal, none where it says nothing; a minus is a minus."""
    rounded = f"{float(value):{'+' if signed else ''}.{DECIMALS}f}"
    plain = rounded.removesuffix("." + "0" * DECIMALS)
    return "0" if plain in ("-0", "+0") else plain


def finalize(value: object) -> str:
    """What jinja prints for an expression."""
    if isinstance(value, Tex):
        return value
    if isinstance(value, float):
        return escape(number(value))
    return escape(str(value))


def code(text: str) -> Tex:
    """A command or a name of the program; a line may break at its blanks and underscores, and two hyphens stay two."""
    return Tex(rf"\texttt{{{escape(text).replace('-', '{-}')}}}")


def tabular(columns: str, heading: Sequence[str], rows: Sequence[Sequence[object]]) -> Tex:
    """For the package booktabs; cells are escaped unless they are LaTeX already."""
    lines = [" & ".join(finalize(cell) for cell in row) + r" \\" for row in (heading, *rows)]
    body = [r"\toprule", lines[0], r"\midrule", *lines[1:], r"\bottomrule"]
    return Tex("\n".join([rf"\begin{{tabular}}{{{columns}}}", *body, r"\end{tabular}"]))
