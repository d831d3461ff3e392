# SPDX-License-Identifier: BSD-2-Clause
"""What stands in the files that `l4lab new` makes? Each builds and passes as it is."""

# In two parts, so that this file has one licence line.
LICENCE = "SPDX-License-" + "Identifier: BSD-2-Clause"

BENCHMARK = f"/* {LICENCE} */\n" + """\
/* What does one short call cost, from user to user and back?
 *
 * A sample is a round trip of three words between a client and a server, two tasks in large spaces. warm: after 8
 * warm-ups, n = 16. */
#include "bench/support/console.h"
#include "bench/support/measure.h"
#include "bench/support/roles.h"

static l4_id_t server;
static struct l4_message box;
static volatile struct echo echo = {{.sent = {{1, 2, 3}}}};

/* The region: nothing but what is asked about. */
static void call(uint32_t index)
{{
    (void)index;
    echo_call(server, &box, &echo);
}}

static void client_main(uint32_t unused)
{{
    (void)unused;
    measure_prepare();
    l4_message_init(&box, 0);
    measure(NULL, call);
    measure_report();
    client_done(!check(measurement.name, echo_is_right(&echo), "the server answered"));
}}

static void {name}_run(void)
{{
    measurement_set("short-call");
    measurement.operations = 0; /* a sample is a round trip */
    text_format(measurement.facts, FACTS_SIZE, "tasks=two client_space=large server_space=large bytes=12");
    if (!case_selected(measurement.name))
        return;
    server = server_start(SERVER_TASK, echo_main, 0);
    client_run(client_main, 0);
}}

const struct program program = {{.name = "{name}", .run = {name}_run}};
"""

BENCHMARK_TEST = f"# {LICENCE}\n" + """\
\"\"\"Does benchmark {name} run, and does what must hold of its cycles hold?\"\"\"

import lab

ENTER_AND_LEAVE = 107  # clocks of int and iret, which every call has at least


def test_every_case_is_timed() -> None:
    results = lab.results("liedtke93", "*", benchmark="{name}")
    assert results
    for result in results.values():
        assert (result["one_way_cycles"] or result["operation_cycles"]) > ENTER_AND_LEAVE


def test_it_runs_without_the_techniques() -> None:
    assert lab.results("baseline", "*", "qemu", benchmark="{name}")
"""

CHOICE_TEST = f"# {LICENCE}\n" + """\
\"\"\"Does choice {name} of axis {axis} do IPC as the interface says, with the techniques of 1993 and with none?\"\"\"

import guest
import pytest


@pytest.mark.parametrize("base", ["liedtke93", "baseline"])
def test_ipc_selftest(base: str) -> None:
    assert guest.run(guest.Image(base, ("{axis}={name}",)), "ipc_selftest").problems("ipc_selftest") == []
"""

VARIANT_TEST = f"# {LICENCE}\n" + """\
\"\"\"Does variant {name} do IPC as the interface says?\"\"\"

import guest


def test_ipc_selftest() -> None:
    assert guest.run(guest.Image("{name}"), "ipc_selftest").problems("ipc_selftest") == []
"""
