# SPDX-License-Identifier: BSD-2-Clause
"""Which figures are there? Name -> (the table it reads, the function that draws it into a folder).

A folder of tables is of one machine; a figure whose table is not there is not drawn.
"""

from pathlib import Path

from analysis import validation as model
from analysis.figures import (
    ablation,
    growth,
    interaction,
    layouts,
    message_length,
    minimum_path,
    samples,
    short_ipc,
    small_spaces,
    structure,
    validation,
    working_set,
)
from analysis.tables.table import machine_of

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
    "short_ipc": ("validation_end_to_end.csv", short_ipc.draw),
}
# Figures that stand beside what was published of one processor; any other figure is of whichever machine its table names.
ONLY_OF = {"message_length": "i486", "minimum_path": "i486", "short_ipc": "pentium"}


def of_machine(machine: str) -> list[str]:
    return [name for name in FIGURES if ONLY_OF.get(name, machine) == machine]


def figures(tables: Path, folder: Path) -> list[Path]:
    """The model's own tables lie in a place of their own, the same for every campaign on a machine."""
    folder.mkdir(parents=True, exist_ok=True)
    machine = machine_of(tables)
    drawn: list[Path] = []
    for name in of_machine(machine):
        table, draw = FIGURES[name]
        source = next((place for place in (tables, model.folder_of(machine)) if (place / table).exists()), None)
        drawn += draw(source, folder) if source else []
    return drawn
