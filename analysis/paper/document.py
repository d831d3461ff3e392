# SPDX-License-Identifier: BSD-2-Clause
"""How do tables become the paper? Fills the templates of paper/template; every number in the result comes from a table."""

import tomllib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analysis.paper import model, printed, tex
from analysis.paper.facts import facts, reasons

PAPER = Path(__file__).resolve().parents[2] / "paper"
TEMPLATES, BIBLIOGRAPHY = PAPER / "template", PAPER / "bibliography.toml"
MAIN = "l4lab.tex"


def environment() -> Environment:
    """Marks that LaTeX does not use; what is not defined is an error, not an empty word."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        finalize=tex.finalize,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    made.filters["raw"] = tex.Tex
    return made


def bibliography() -> list[dict[str, Any]]:
    return list(tomllib.loads(BIBLIOGRAPHY.read_text())["work"])


def document(tables: Path, figures: set[str]) -> str:
    """The LaTeX text. figures: the names that were drawn, those of the second processor behind its name and a slash. Raises PaperError, ModelError or ClaimError."""
    found = facts(tables)
    words = {
        "printed": printed,
        "names": model,
        "number": tex.number,
        "code": tex.code,
        "reasons": reasons,
        "figures": figures,
        "works": bibliography(),
    }
    return environment().get_template(MAIN).render(**found, **words)
