# SPDX-License-Identifier: BSD-2-Clause
"""How does a variant become an image, and which image and model is it? Calls make, then hashes what will run."""

import hashlib
import json
import re
import threading
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.run import process
from bench.run.catalog import Variant
from bench.run.errors import RunFailed, UsageError
from bench.run.paths import MODEL_SOURCE, ROOT, build_root
from bench.run.serial import tail
from boot.machines.machine import PLUGIN, Machine

MAKE_SECONDS = 300
ASSERTION = re.compile(r'static assertion failed: "(.*)"')
# make's own job server serialises within one call only: two calls for one folder would write the same object files.
_locks: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)
_choosing = threading.Lock()


@dataclass(frozen=True)
class Image:
    folder: Path
    manifest: dict[str, Any]

    def files(self, benchmark: str) -> list[Path]:
        return [self.folder / name for name in ("kernel.elf", "sigma0.elf", f"{benchmark}.elf")]


@dataclass(frozen=True)
class Layout:
    """One placement of code, data and stacks: number 0 is the one of the source, any other is generated from its seed."""

    number: int = 0
    seed: int = 0

    @property
    def name(self) -> str:
        return f"L{self.number:02d}"

    @property
    def suffix(self) -> str:
        """What its build folder has behind the variant's name."""
        return f".L{self.number}.seed{self.seed}" if self.number else ""


AS_WRITTEN = Layout()


@dataclass(frozen=True)
class Tree:
    """Sources, and the folder in which their images are built."""

    root: Path
    out: Path


def current_tree() -> Tree:
    return Tree(ROOT, build_root())


def image_command(variant: Variant, layout: Layout = AS_WRITTEN, tree: Tree | None = None) -> list[str]:
    command = ["make", "-s", "image", f"VARIANT={variant.base}", f"BUILD={(tree or current_tree()).out}"]
    if variant.overrides:
        command.append(f"AXES={' '.join(variant.overrides)}")
    return command + ([f"LAYOUT={layout.number}", f"SEED={layout.seed}"] if layout.number else [])


def model_command() -> list[str]:
    return ["make", "-s", "model", f"BUILD={build_root()}"]


def _lock_of(folder: Path) -> threading.Lock:
    with _choosing:
        return _locks[folder]


def _run_make(command: list[str], folder: Path, root: Path = ROOT) -> None:
    """folder: what it writes into; builds of different folders run at the same time."""
    process.require("make", "make")
    with _lock_of(folder):
        ended = process.run(command, MAKE_SECONDS, root)
    if ended.status == 0:
        return
    if conflict := ASSERTION.search(ended.errors):
        raise UsageError(f"these choices exclude each other: {conflict[1]}")
    raise RunFailed(f"the build failed: {' '.join(command)}\n{tail(ended.errors)}")


def folder_of(variant: Variant, layout: Layout, tree: Tree | None = None) -> Path:
    return (tree or current_tree()).out / f"{variant.name}{layout.suffix}"


def image(
    variant: Variant,
    layout: Layout = AS_WRITTEN,
    target: str | None = None,
    tree: Tree | None = None,
    only: str | None = None,
) -> Image:
    """`target`: of boot/image/Makefile, which may bring programs that are no benchmarks; tree: the current one if None;
    only: the one benchmark to build, all if None.
    """
    command = image_command(variant, layout, tree) + ([f"IMAGE_TARGET={target}"] if target else [])
    folder = folder_of(variant, layout, tree)
    _run_make(command + ([f"ONLY={only}"] if only else []), folder, (tree or current_tree()).root)
    manifest = json.loads((folder / "manifest.json").read_text())
    if manifest["variant"] != variant.name or manifest["axes"] != variant.axes:
        raise RunFailed(f"the build of {variant.name} made {manifest['variant']} with {manifest['axes']}")
    return Image(folder, manifest)


def plugin() -> Path:
    folder = build_root() / "model"
    _run_make(model_command(), folder)
    return folder / PLUGIN


def _digest(parts: list[tuple[str, bytes]]) -> str:
    """SHA-256 over names and contents; lengths keep two neighbours from flowing into each other."""
    state = hashlib.sha256()
    for name, content in parts:
        state.update(f"{name}\0{len(content)}\0".encode() + content)
    return state.hexdigest()


def image_hash(files: list[Path], module_lines: list[str]) -> str:
    parts = [(path.name, path.read_bytes()) for path in files]
    return _digest([*parts, ("modules", "\n".join(module_lines).encode())])


def model_hash(machine: Machine, board: str) -> str:
    """What a modelled cycle depends on besides the image: the plugin's source and its parameter files."""
    sources = sorted([*MODEL_SOURCE.glob("*.c"), *MODEL_SOURCE.glob("*.h")])
    parameters = [
        machine.folder / "clocks.psv",
        machine.folder / "rules.psv",
        machine.folder / "boards" / f"{board}.psv",
    ]
    return _digest([(path.name, path.read_bytes()) for path in [*sources, *parameters]])
