/* SPDX-License-Identifier: BSD-2-Clause */
/* Stands where libpapi would: four presets, all of them available. The first counts, the second starts and never
 * counts, the third counts too little, the fourth cannot be started. */
#include <papi.h>
#include <string.h>

enum { COUNTING = PAPI_L1_DCM, SILENT = PAPI_L1_ICM, TOO_FEW = PAPI_TOT_INS, REFUSED = PAPI_L2_DCM };

static const int codes[] = {COUNTING, SILENT, TOO_FEW, REFUSED};
static const char *const names[] = {"PAPI_L1_DCM", "PAPI_L1_ICM", "PAPI_TOT_INS", "PAPI_L2_DCM"};
static int active;
static long long counted;

static int place_of(int code)
{
    for (int place = 0; place < 4; place++)
        if (codes[place] == code)
            return place;
    return -1;
}

int PAPI_library_init(int version)
{
    return version;
}

int PAPI_enum_event(int *code, int modifier)
{
    int next = modifier == PAPI_ENUM_FIRST ? 0 : place_of(*code) + 1;
    if (next >= 4)
        return PAPI_ENOEVNT;
    *code = codes[next];
    return PAPI_OK;
}

int PAPI_event_code_to_name(int code, char *name)
{
    strcpy(name, names[place_of(code)]);
    return PAPI_OK;
}

int PAPI_create_eventset(int *set)
{
    *set = 1;
    return PAPI_OK;
}

int PAPI_add_event(int set, int code)
{
    (void)set;
    active = code;
    return PAPI_OK;
}

int PAPI_start(int set)
{
    (void)set;
    return active == REFUSED ? PAPI_ECNFLCT : PAPI_OK;
}

int PAPI_read(int set, long long *value)
{
    (void)set;
    counted += 5;
    *value = active == SILENT ? 0 : counted;
    return PAPI_OK;
}

int PAPI_stop(int set, long long *value)
{
    return PAPI_read(set, value);
}

int PAPI_cleanup_eventset(int set)
{
    (void)set;
    return PAPI_OK;
}

int PAPI_destroy_eventset(int *set)
{
    *set = PAPI_NULL;
    return PAPI_OK;
}

char *PAPI_strerror(int error)
{
    return error == PAPI_ECNFLCT ? "conflict with another event" : "error";
}
