// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile.h"

#include <inttypes.h>
#include <stdio.h>

static void put_insn(const struct insn *insn, void *data)
{
    if (insn->times)
        fprintf(data, "%08" PRIX32 "\t%" PRIu64 "\t%" PRIu64 "\n", insn->linear, insn->times, insn->cycles);
}

bool profile_write(const struct decoder *decoder, const char *path)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return false;
    fputs("linear\ttimes\tcycles\n", file);
    decoder_each(decoder, put_insn, file);
    bool failed = ferror(file);
    return fclose(file) == 0 && !failed;
}
