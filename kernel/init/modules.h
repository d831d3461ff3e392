/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "kernel/init/info_page.h"
#include "kernel/init/multiboot.h"

/* Copies the first two modules, static ELF32 images of sigma0 and of the root task, to the physical addresses at which
   they are linked, and enters them in the kernel info page.  Panics with a sentence if that cannot be. */
void modules_load(const struct multiboot_info *multiboot);
