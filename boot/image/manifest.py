#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What went into this image?  Writes manifest.json beside the images of a variant (docs/formats.md, section 2)."""

import hashlib
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from boot.image.patch_hash import text_hash  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ("kernel", "variants", "bench/benchmarks", "bench/support", "bench/sigma0", "boot/image")
BUILD_INPUTS = (".c", ".h", ".S", ".ld", ".toml", ".py", "Makefile")


def source_hash() -> str:
    """SHA-256 over the names and contents of every file that a build reads, in order of their names."""
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.name.endswith(BUILD_INPUTS):
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def compiler_version(compiler: str) -> str:
    output = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True, timeout=20)
    return output.stdout.splitlines()[0]


def main() -> None:
    directory, compiler, cflags = pathlib.Path(sys.argv[1]), sys.argv[4], sys.argv[5]
    layout, seed = map(int, sys.argv[2:4])
    manifest = json.loads((directory / "axes.json").read_text())
    manifest.update(
        layout=layout,
        layout_seed=seed,
        compiler=compiler_version(compiler),
        cflags=cflags,
        source_hash=source_hash(),
        text_hash=text_hash(directory / "kernel.elf"),
        files={p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(directory.glob("*.elf"))},
    )
    (directory / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


if __name__ == "__main__":
    main()
