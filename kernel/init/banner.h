/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* First 16 hexadecimal digits of the SHA-256 of the kernel's text, written into the image after linking
   (boot/image/patch_hash.py); zeros in an unpatched image. */
const char *banner_text_hash(void);
