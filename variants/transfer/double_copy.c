/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/thread/thread.h"

#include "variant.h"

struct double_copy double_copy;

void double_copy_contend(void)
{
    while (double_copy.owner) {
        thread_donate(double_copy.owner); /* ready: an owner that blocks has given the buffer up */
    }
}
