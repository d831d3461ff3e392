/* SPDX-License-Identifier: BSD-2-Clause */
/* User segments are flat, so the kernel works with the segment registers that it finds: nothing to load (Liedtke 1993).  A
   user who broke them makes the kernel's first access raise #GP, whose handler repairs them. */
        .set    SPACE_KERNEL_DATA, SELECTOR_USER_DATA
        .macro  SPACE_ENTER
        .endm
        .macro  SPACE_LEAVE
        .endm
