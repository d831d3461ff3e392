/* SPDX-License-Identifier: BSD-2-Clause
 * Does the model stop at a form that its table does not have?
 */
    .section .multiboot, "a"
    .long 0x1BADB002, 0, -0x1BADB002

    .section .text
    .global _start
_start:
    cli
    daa
    hlt
