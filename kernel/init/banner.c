/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/init/banner.h"

/* volatile: the compiler must not fold what is patched later. */
__attribute__((section(".banner"), used)) static const volatile char text_hash[20] = "0000000000000000";

const char *banner_text_hash(void)
{
    return (const char *)(unsigned long)text_hash;
}
