# SPDX-License-Identifier: BSD-2-Clause
"""Is everything there that the kit needs? Each check is one assumption about this machine. Imports nothing outside
the standard library.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bench.run.errors import LabError, RunFailed
from bench.run.paths import build_root, shown

# Each tool or Python module with the Debian package that brings it.
TOOLS = {
    "make": "make",
    "gcc": "gcc",
    "i686-linux-gnu-gcc": "gcc-i686-linux-gnu",
    "i686-linux-gnu-objcopy": "binutils-i686-linux-gnu",
    "qemu-system-i386": "qemu-system-x86",
    "gnuplot": "gnuplot-nox",
    "setpriv": "util-linux",
    "git": "git",
}
MODULES = {
    "numpy": "python3-numpy",
    "matplotlib": "python3-matplotlib",
    "elftools": "python3-pyelftools",
    "jsonschema": "python3-jsonschema",
    "argcomplete": "python3-argcomplete",
    "pytest": "python3-pytest",
}
HEADERS = {"/usr/include/capstone/capstone.h": "libcapstone-dev"}
OPTIONAL = {
    "bochs": "bochs bochsbios vgabios",
    "grub-mkimage": "grub-common grub-pc-bin",
    "xorriso": "xorriso",
}
FREE_MIB = 500
# A round trip of two large tasks without small spaces switches page tables twice, a fact that nothing but
# following CR3 can show.
PROBE_CASE = "two-large-large-8-warm"
CR3_LOADS = 2


@dataclass(frozen=True)
class Finding:
    """state is ok, missing, optional (only a machine that not every command needs) or failed."""

    state: str
    what: str


def missing_packages() -> list[str]:
    """The packages without which the commands cannot work, in the order of the tables above."""
    lacking = [package for tool, package in TOOLS.items() if shutil.which(tool) is None]
    lacking += [package for module, package in MODULES.items() if find_spec(module) is None]
    lacking += [package for header, package in HEADERS.items() if not Path(header).exists()]
    return list(dict.fromkeys(lacking))


def apt_line(packages: list[str]) -> str:
    return f"this machine lacks packages: apt-get install {' '.join(packages)}"


def _tools() -> list[Finding]:
    found = [Finding("missing", f"package {package}") for package in missing_packages()]
    return found or [Finding("ok", f"{len(TOOLS)} tools, {len(MODULES)} Python modules and the Capstone headers")]


def _optional() -> list[Finding]:
    lacking = [package for tool, package in OPTIONAL.items() if shutil.which(tool) is None]
    if lacking:
        return [Finding("optional", f"machine bochs needs: apt-get install {' '.join(lacking)}")]
    return [Finding("ok", "the tools of machine bochs")]


def _space() -> list[Finding]:
    place = build_root()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free >> 20
    return [Finding("ok" if free >= FREE_MIB else "failed", f"{free} MiB free in {shown(place)}, {FREE_MIB} wanted")]


def _model() -> list[Finding]:
    """A short run on the cycle model: the plugin loads, and it sees every CR3 load of a client and a server in two
    large tasks.
    """
    from bench.run import catalog, runner

    try:
        machine = catalog.machine("i486")
        request = runner.Request(catalog.variant("liedtke93"), "pingpong", machine, machine.default_board, PROBE_CASE)
        record = runner.perform(runner.prepare(request)).record
    except LabError as error:
        return [Finding("failed", f"the cycle model: {error}")]
    loads = record.case(PROBE_CASE)["counts"]["cr3_loads"]
    followed = all(count == CR3_LOADS for count in loads)
    return [
        Finding(
            "ok" if followed else "failed",
            f"the plugin loads and follows CR3: {loads[0]} loads in each round trip, {CR3_LOADS} expected",
        )
    ]


def _hardware() -> list[Finding]:
    """The self-test of each machine that depends on the hardware at hand."""
    from bench.run import catalog, runner

    found = []
    for machine in map(catalog.machine, catalog.machines()):
        if machine.self_test_seconds is None:
            continue
        why = runner.why_not(machine)
        said = "its self-test passed" if why is None else why
        found.append(Finding("ok" if why is None else "optional", f"machine {machine.name}: {said}"))
    return found


def findings() -> list[Finding]:
    """All checks; the ones that run something only where the tools for it are there."""
    checks: list[Callable[[], list[Finding]]] = [_tools, _optional, _space]
    if not missing_packages():
        checks += [_model, _hardware]
    return [finding for check in checks for finding in check()]


def require_ok(found: list[Finding]) -> None:
    if any(finding.state == "failed" for finding in found):
        raise RunFailed("a check failed; see the lines above")
