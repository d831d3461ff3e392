# SPDX-License-Identifier: BSD-2-Clause
"""Does every combination of choices build, boot and do IPC as the interface says?"""

import math

import guest
import pytest

IMAGES = guest.combinations()


def test_every_combination_is_there() -> None:
    combinations = math.prod(len(choices) for choices in guest.axes().values())
    assert len({image.name for image in IMAGES}) == len(IMAGES) == combinations >= 32


@pytest.mark.parametrize("image", IMAGES, ids=guest.image_name)
def test_ipc_selftest(image: guest.Image) -> None:
    assert guest.run(image, "ipc_selftest").problems("ipc_selftest") == []
