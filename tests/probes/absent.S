/* SPDX-License-Identifier: BSD-2-Clause
 * Does the model stop at an instruction that a 486 does not have?
 */
    .section .multiboot, "a"
    .long 0x1BADB002, 0, -0x1BADB002

    .section .text
    .global _start
_start:
    cli
    rdtsc
    hlt
