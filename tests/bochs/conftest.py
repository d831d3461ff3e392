# SPDX-License-Identifier: BSD-2-Clause
"""What the tests on Bochs share: the helper that builds images, and a skip where Bochs or its boot disc cannot be had."""

import importlib
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "images"))
sys.path.insert(0, str(Path(__file__).parent))

TOOLS = ("bochs", "grub-mkimage", "xorriso")
FILES = (
    "/usr/share/bochs/BIOS-bochs-latest",
    "/usr/share/vgabios/vgabios.bin",
    "/usr/lib/grub/i386-pc/multiboot.mod",
)


@pytest.fixture(autouse=True)
def bochs_present() -> None:
    missing = [name for name in TOOLS if shutil.which(name) is None]
    missing += [name for name in FILES if not Path(name).exists()]
    if missing:
        package = importlib.import_module("boot.machines.bochs").PACKAGE
        pytest.skip(f"{', '.join(missing)} missing: apt-get install {package}")
