# SPDX-License-Identifier: BSD-2-Clause
"""Which figures are there? Name -> (the table it reads, the function that draws it into a folder)."""

from pathlib import Path

from analysis.figures import (
    ablation,
    growth,
    interaction,
    layouts,
    message_length,
    minimum_path,
    samples,
    small_spaces,
    structure,
    validation,
    working_set,
)

FIGURES = {
    "message_length": ("message_length.csv", message_length.draw),
    "ablation": ("ablation.csv", ablation.draw),
    "minimum_path": ("minimum_path.csv", minimum_path.draw),
    "interaction": ("interaction.csv", interaction.draw),
    "small_spaces": ("small_spaces.csv", small_spaces.draw),
    "layouts": ("layouts.csv", layouts.draw),
    "samples": ("samples.csv", samples.draw),
    "working_set": ("working_set.csv", working_set.draw),
    "growth": ("growth.csv", growth.draw),
    "validation": ("validation_end_to_end.csv", validation.draw),
    "structure": ("validation_structure.csv", structure.draw),
}


def _there(tables: Path, table: str) -> bool:
    """The model's own tables lie in a place of their own, the same for every campaign."""
    return (tables / table).exists() or (validation.VALIDATION / table).exists()


def figures(tables: Path, folder: Path) -> list[Path]:
    """Draws every figure whose table exists."""
    folder.mkdir(parents=True, exist_ok=True)
    return [path for table, draw in FIGURES.values() if _there(tables, table) for path in draw(tables, folder)]
