# SPDX-License-Identifier: BSD-2-Clause
"""How is the kernel of another git revision built for today's benchmarks?

kernel/ and variants/ come from the revision, what builds and drives them from the current tree, so that a difference of
cycles is the kernel's. That needs the same interface: the files both sides of it read must say the same, comments aside.
"""

import hashlib
import io
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

from bench.run import build
from bench.run.paths import ROOT, build_root

SECONDS = 60
ITS_OWN = ("kernel", "variants")
CURRENT = ("Makefile", "bench/benchmarks", "bench/support", "bench/sigma0", "boot/image")
# What a user program and the kernel must agree on: the info page, message structures, where words travel.
INTERFACE = ("kernel/init/info_page.h", "kernel/ipc/structure.h", "variants/*/*_user.h")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


def commit_of(name: str) -> str | None:
    """The hash of the commit a name means, or None."""
    command = ["git", "-C", str(ROOT), "rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    return ended.stdout.strip() if ended.returncode == 0 else None


def _extract(commit: str, root: Path) -> None:
    command = ["git", "-C", str(ROOT), "archive", commit, *ITS_OWN]
    archive = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        opened.extractall(root)


def bridge(root: Path) -> None:
    """What today's benchmarks include and an older revision's variants/select.py does not write."""
    if "variant_choices.h" not in (root / "variants" / "select.py").read_text():
        (root / "variant_choices.h").write_text('#include "variant_user.h" /* which had the constants */\n')


def tree(commit: str) -> build.Tree:
    """The mixed tree of a commit, under build/revisions; times of files are kept, so that make builds what changed."""
    root = build_root() / "revisions" / commit[:12]
    for name in (*ITS_OWN, *CURRENT):
        old = root / name
        if old.is_dir():
            shutil.rmtree(old)
    root.mkdir(parents=True, exist_ok=True)
    _extract(commit, root)
    for name in CURRENT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, root / name)
    bridge(root)
    return build.Tree(root, root / "build")


def interface(root: Path) -> str:
    """A hash of the interface as the compiler sees it."""
    digest = hashlib.sha256()
    for pattern in INTERFACE:
        for path in sorted(root.glob(pattern)):
            words = " ".join(COMMENT.sub(" ", path.read_text()).split())
            digest.update(f"{path.relative_to(root)}\0{words}\0".encode())
    return digest.hexdigest()
