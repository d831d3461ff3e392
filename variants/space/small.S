/* SPDX-License-Identifier: BSD-2-Clause */
/* User segments have a base and a limit, so the kernel needs segments of its own: 9 clocks per load, on the way in and out.
   FS and GS, which the kernel does not use, are reloaded only where the user's descriptors change (small.h).
   SPACE_ENTER clobbers EAX; SPACE_LEAVE too. */
        .set    SPACE_KERNEL_DATA, SELECTOR_KERNEL_DATA
        .macro  SPACE_ENTER
        mov     $SELECTOR_KERNEL_DATA, %eax
        mov     %eax, %ds
        mov     %eax, %es
        .endm
        .macro  SPACE_LEAVE
        mov     $SELECTOR_USER_DATA, %eax
        mov     %eax, %ds
        mov     %eax, %es
        .endm
