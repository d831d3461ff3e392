# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab artifact`: one archive for an artefact committee: the committed tree, and CLAIMS.md.

CLAIMS.md says how to begin, and for each claim the command, the time it takes and the value of the committed tables that must
come out. Two calls on one commit give the same bytes. Uncommitted changes are refused, so that the archive is a commit.
"""

import argparse
import gzip
import io
import subprocess
import tarfile
from pathlib import Path

from analysis import claims
from bench.run.errors import Missing, RunFailed, UsageError
from bench.run.paths import ROOT, TABLES, build_root, shown
from bench.run.storage import write_bytes

EXAMPLE = "l4lab artifact --out l4lab-artifact.tar.gz"
SECONDS = 60
PREFIX = "l4lab/"
HEAD = """\
# L4Lab: artefact

Commit {commit}. Licence: BSD-2-Clause (LICENSE), but for boot/model/, which is loaded into QEMU: GPL-2.0-or-later (boot/model/COPYING).

What it needs: Debian 12 on any 64-bit processor, two cores, 4 GB of memory, 2 GB of disk; no 486, no network after the packages.

    make packages       the Debian packages (installs them if root, else prints the line)
    ./l4lab doctor      is everything there? (a minute)
    make reproduce      every record, table and figure again, compared with the committed ones (10 minutes)
    ./l4lab verify      does every hash in results/ name what this tree builds? (5 minutes)
    make test           the tests (15 minutes)

Every value is modelled (README.md says how far that can be trusted) and the same on every host. Expected tables: results/tables.

"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: build/l4lab-artifact.tar.gz")


def _git(*words: str) -> bytes:
    try:
        ended = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, timeout=SECONDS, check=False)
    except FileNotFoundError as error:
        raise Missing("git is missing: apt-get install git") from error
    if ended.returncode:
        raise RunFailed(f"git {words[0]} failed: {ended.stderr.decode(errors='replace').strip()}")
    return ended.stdout


def _guide(commit: str) -> bytes:
    try:
        return (HEAD.format(commit=commit) + claims.markdown(claims.load(TABLES))).encode()
    except claims.ClaimError as error:
        raise RunFailed(str(error)) from error


def _with_guide(archive: bytes, guide: bytes) -> bytes:
    """The tree's archive with CLAIMS.md in it; times and owners are fixed, so that equal content is equal bytes."""
    out = io.BytesIO(archive)
    with tarfile.open(fileobj=out, mode="a") as opened:
        entry = tarfile.TarInfo(f"{PREFIX}CLAIMS.md")
        entry.size, entry.mode = len(guide), 0o644
        opened.addfile(entry, io.BytesIO(guide))
    return gzip.compress(out.getvalue(), mtime=0)


def run(arguments: argparse.Namespace) -> int:
    if _git("status", "--porcelain", "--untracked-files=no").strip():
        raise UsageError("there are uncommitted changes, which an archive of the commit would not hold")
    commit = _git("rev-parse", "HEAD").decode().strip()
    archive = _git("archive", "--format=tar", f"--prefix={PREFIX}", commit)
    path = arguments.out or build_root() / "l4lab-artifact.tar.gz"
    write_bytes(path, _with_guide(archive, _guide(commit)))
    print(shown(path))
    return 0
