// SPDX-License-Identifier: GPL-2.0-or-later
#include "processor.h"

#include <stddef.h>
#include <string.h>

const struct processor *processor_find(const char *name)
{
    static const struct processor *const all[] = {&processor_i486, &processor_pentium};
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}
