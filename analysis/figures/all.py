# SPDX-License-Identifier: BSD-2-Clause
"""Which figures are there? Name -> (the tables it reads, the function that draws it into a folder)."""

from pathlib import Path

from analysis.figures import ablation, interaction, message_length, minimum_path, small_spaces

FIGURES = {
    "message_length": ("message_length.csv", message_length.draw),
    "ablation": ("ablation.csv", ablation.draw),
    "minimum_path": ("minimum_path.csv", minimum_path.draw),
    "interaction": ("interaction.csv", interaction.draw),
    "small_spaces": ("small_spaces.csv", small_spaces.draw),
}


def figures(tables: Path, folder: Path) -> list[Path]:
    """Draws every figure whose table exists."""
    folder.mkdir(parents=True, exist_ok=True)
    return [path for table, draw in FIGURES.values() if (tables / table).exists() for path in draw(tables, folder)]
