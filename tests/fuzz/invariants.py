# SPDX-License-Identifier: BSD-2-Clause
"""Do the kernel's structures hold together after a run? Each check walks memory from outside and yields sentences about
what is wrong; no sentence is what a sound kernel leaves.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from pathlib import Path

import stacks
from dump import ALIAS_SIZE, FRAME, PAGE, PHYSICAL_ALIAS, PRESENT, WRITABLE, Kernel, Memory

ROOT = Path(__file__).resolve().parents[2]
TASKS, LTHREADS, TABLES, ENTRIES = 256, 64, 768, 1024
RECEIVE_NONE = 0xFFFFFFFF
KERNEL_TASK, SIGMA0, ROOT_TASK = 0, 2, 4
KERNEL_IMAGE = 0x100000


def _layout(name: str) -> int:
    text = "".join((ROOT / file).read_text() for file in ("kernel/memory/layout.h", "boot/image/L00/placement.h"))
    found = re.search(rf"#define {name}\s+(0x[0-9A-Fa-f]+|\d+)", text)
    assert found, name
    return int(found[1], 0)


class State:
    """The kernel's threads, tasks and frames as they are in memory."""

    def __init__(self, memory: Memory) -> None:
        self.memory, self.kernel = memory, memory.kernel

    def tcb(self, thread: int, name: str) -> int:
        return self.memory.field("tcb", thread, name)

    def mapping(self, node: int, name: str) -> int:
        return self.memory.field("mapping", node, name)

    @cached_property
    def _tcb_tables(self) -> tuple[int, ...]:
        first = _layout("TCB_AREA") >> 22
        directory = self.kernel.symbols["boot_page_directory"] - PHYSICAL_ALIAS
        return self.memory.words(directory + first * 4, _layout("TCB_AREA_SIZE") >> 22)

    @cached_property
    def tcb_pages(self) -> dict[int, int]:
        """Frame of every page of thread control blocks that was made, by linear address."""
        found = {}
        for i, table in enumerate(self._tcb_tables):
            for j, entry in enumerate(self.memory.words(table & FRAME, ENTRIES)):
                if entry & WRITABLE:
                    found[_layout("TCB_AREA") + i * 0x400000 + j * PAGE] = entry & FRAME
        return found

    @cached_property
    def threads(self) -> list[int]:
        """Blocks that a thread has, the idle one's excepted, which is in no list."""
        size, offset = _layout("TCB_SIZE"), _layout("TCB_OFFSET")
        blocks = [page + i + offset for page in self.tcb_pages for i in range(0, PAGE, size)]
        return [block for block in blocks if self.tcb(block, "id") not in (0, RECEIVE_NONE)]

    def name(self, thread: int) -> str:
        return f"thread {self.tcb(thread, 'id'):08X}"

    @cached_property
    def tasks(self) -> dict[int, int]:
        """Address of the structure of each user task that exists, by number."""
        size, base = self.kernel.size("task"), self.kernel.symbols["tasks"]
        found = {number: base + number * size for number in range(TASKS) if number != KERNEL_TASK}
        return {number: task for number, task in found.items() if self.memory.field("task", task, "page_directory")}

    def tables(self, task: int) -> dict[int, int]:
        """Page tables of a task by directory index, the directory itself under -1."""
        directory = self.memory.field("task", task, "page_directory")
        entries = self.memory.words(directory, TABLES)
        return {-1: directory} | {i: entry & FRAME for i, entry in enumerate(entries) if entry & PRESENT}

    def pages(self, task: int) -> dict[int, int]:
        """Page-table entries of a task by user address."""
        found = {}
        for i, table in self.tables(task).items():
            if i >= 0:
                for j, entry in enumerate(self.memory.words(table, ENTRIES)):
                    if entry & PRESENT:
                        found[i * 0x400000 + j * PAGE] = entry
        return found

    def trees(self) -> Iterator[tuple[int, int, int]]:
        """(frame, parent node, node) of the whole mapping database; a node is met once, or the trees are no trees."""
        first = self.kernel.symbols["first_of_frame"]
        for frame in range(ALIAS_SIZE // PAGE):
            todo = [(0, self.memory.word(first + frame * 4))]
            while todo:
                parent, node = todo.pop()
                if node:
                    yield frame, parent, node
                    todo += [(node, self.mapping(node, "child")), (parent, self.mapping(node, "next"))]

    def chain(self, first: int, following: Callable[[int], int]) -> Iterator[int]:
        """A list to its end; raises ValueError if it never ends."""
        seen = set()
        node = first
        while node:
            if node in seen:
                raise ValueError(f"the list from {first:#x} runs into itself")
            seen.add(node)
            yield node
            node = following(node)


def ready_lists(state: State) -> Iterator[str]:
    """Circular, of one priority each, and holding every ready thread but the one that runs."""
    hot = state.kernel.symbols["hot"] + state.kernel.fields("hot")["ready_first"].offset
    listed = set()
    for priority in range(256):
        first = state.memory.word(hot + priority * 4)
        thread = first
        while thread and thread not in listed:
            listed.add(thread)
            following = state.tcb(thread, "ready.next")
            if state.tcb(thread, "priority") != priority:
                yield f"{state.name(thread)} is in the ready list of priority {priority}"
            if state.tcb(following, "ready.previous") != thread:
                yield f"the ready list of priority {priority} is broken at {state.name(thread)}"
            thread = following
        if thread != first:
            yield f"the ready list of priority {priority} is not circular"
    for thread in state.threads:
        if bool(state.tcb(thread, "ready.next")) != (thread in listed):
            yield f"{state.name(thread)} has ready links, but is in no list, or the other way round"
        ready = state.tcb(thread, "receive_from") == RECEIVE_NONE and state.tcb(thread, "blocked") == 0
        running = state.tcb(thread, "id") == 0x04040001
        if ready and not running and thread not in listed:
            yield f"{state.name(thread)} is ready and in no ready list"


def send_queues(state: State) -> Iterator[str]:
    """Exactly the threads that wait to send, each in the queue of its partner."""
    sending = state.kernel.constant("BLOCKED_SENDING")
    queued: Counter[int] = Counter()
    for owner in state.threads:
        first = state.tcb(owner, "send_queue")
        sender = first
        while sender and not queued[sender]:
            queued[sender] += 1
            if state.tcb(sender, "blocked") != sending:
                yield f"{state.name(sender)} is in a send queue and does not wait to send"
            if state.tcb(sender, "queued_at") != owner:
                yield f"{state.name(sender)} is in the queue of {state.name(owner)} and says it is in another"
            sender = state.tcb(sender, "send_next")
        if sender and sender != first:
            yield f"the send queue of {state.name(owner)} runs into another"
    for thread in state.threads:
        if state.tcb(thread, "blocked") == sending and not queued[thread]:
            yield f"{state.name(thread)} waits to send and is in no queue"


def wakeup_list(state: State) -> Iterator[str]:
    """Exactly the threads that say they are in it."""
    first = state.memory.symbol("first_timed")
    listed = set(state.chain(first, lambda thread: state.tcb(thread, "wakeup_next")))
    for thread in state.threads:
        if bool(state.tcb(thread, "in_wakeup_list")) != (thread in listed):
            yield f"{state.name(thread)} is in the wakeup list and does not say so, or the other way round"
    for thread in listed - set(state.threads):
        yield f"a thread that does not exist is in the wakeup list ({thread:#x})"


def transfers(state: State) -> Iterator[str]:
    """Partners know each other."""
    for thread in state.threads:
        partner = state.tcb(thread, "transfer.partner")
        if partner and partner not in state.threads:
            yield f"{state.name(thread)} is in a transfer with a thread that does not exist"


def mapping_trees(state: State) -> Iterator[str]:
    """One node for each page of each task but sigma0; parents as linked; nobody may write what its giver may only read."""
    pages = {task: state.pages(task) for task in state.tasks.values()}
    found: Counter[tuple[int, int]] = Counter()
    for frame, parent, node in state.trees():
        task, page = state.mapping(node, "place.task"), state.mapping(node, "place.page")
        if found[task, page]:
            yield f"the page {page:#x} of a task has two nodes"
            return
        found[task, page] += 1
        if state.mapping(node, "parent") != parent:
            yield f"the node of page {page:#x} names another parent than it hangs from"
        if pages.get(task, {}).get(page, 0) & FRAME != frame * PAGE:
            yield f"the node of frame {frame:#x} names a page ({page:#x}) that does not show it"
    for number, task in state.tasks.items():
        without = [page for page in pages[task] if not found[task, page]]
        if number != SIGMA0 and without:
            yield f"task {number} has {len(without)} pages without a node, the first at {without[0]:#x}"


def _free_frames(state: State) -> list[int]:
    first = state.memory.symbol("first_free")
    return [frame - PHYSICAL_ALIAS for frame in state.chain(first, state.memory.word)]


def _slot_frames(state: State) -> Iterator[set[int]]:
    """Frames that hold mapping nodes, and frames that hold processor states: none holds nothing, or both."""
    nodes = {node for _, _, node in state.trees()}
    states = {state.tcb(thread, "processor") for thread in state.threads} - {0}
    for objects in (nodes, states):
        yield {(address - PHYSICAL_ALIAS) & FRAME for address in objects}


def _port_frames(state: State) -> Iterator[int]:
    """Frames with the ports of each task that has had some: who gave each, and the permission bitmap."""
    layout, size = state.kernel.fields("port_space"), state.kernel.size("port_space")
    for number in range(TASKS):
        space = state.kernel.symbols["spaces"] + number * size
        givers = state.memory.word(space + layout["givers"].offset)
        if givers:
            yield givers - PHYSICAL_ALIAS
            yield from (state.memory.word(space + layout["bitmap"].offset + 4 * i) for i in range(2))


def _kernels_frames(state: State) -> set[int]:
    """All that are the kernel's, by its own map."""
    first = state.kernel.symbols["kernels"]
    words = [state.memory.word(first + i * 4) for i in range(ALIAS_SIZE // PAGE // 32)]
    return {(i * 32 + bit) * PAGE for i, word in enumerate(words) for bit in range(32) if word >> bit & 1}


def frames(state: State) -> Iterator[str]:
    """Every frame of the kernel's memory is free or used for one thing, and all are there: nothing is lost."""
    kernels, free = _kernels_frames(state), _free_frames(state)
    counted = {name: state.memory.symbol(name) for name in ("frames_owned", "frames_free")}
    if counted != {"frames_owned": len(kernels), "frames_free": len(free)}:
        yield f"the kernel counts {counted}, but has {len(kernels)} frames, {len(free)} of them free"
    uses: Counter[int] = Counter(free)
    for kind in _slot_frames(state):
        uses.update(kind)
    uses.update(_port_frames(state))
    uses.update(state.tcb_pages.values())
    uses.update(table & FRAME for table in state._tcb_tables)
    uses[state.memory.symbol("zero_frame")] += 1
    for task in state.tasks.values():
        uses.update(state.tables(task).values())
    twice = [frame for frame, count in uses.items() if count > 1]
    if twice:
        yield f"{len(twice)} frames are used twice, the first at {twice[0]:#x}"
    lost = sorted(frame for frame in kernels if not uses[frame])
    if lost:
        yield f"{len(lost)} frames of the kernel's memory are lost, the first at {lost[0]:#x}"
    strange = sorted(frame for frame, count in uses.items() if count and frame not in kernels)
    if strange:
        yield f"{len(strange)} frames are not the kernel's, the first at {strange[0]:#x}"


def only_first_tasks(state: State) -> Iterator[str]:
    """All others were deleted at the end, and with them their threads."""
    others = sorted(set(state.tasks) - {SIGMA0, ROOT_TASK})
    if others:
        yield f"tasks {others} are left"
    known = {KERNEL_TASK, *state.tasks}
    dead = [thread for thread in state.threads if state.tcb(thread, "id") >> 16 & 0xFF not in known]
    if dead:
        yield f"{len(dead)} threads are left of deleted tasks, the first of them {state.name(dead[0])}"


def kernel_stacks(state: State) -> Iterator[str]:
    """What the kernel paints a new stack with, and no call can make up, is in no memory of users: none was copied out."""
    paint = stacks.paint()
    image = range(KERNEL_IMAGE, state.kernel.symbols["kernel_end"] - PHYSICAL_ALIAS)
    kernels = _kernels_frames(state)
    at = state.memory.ram.find(paint)
    while at >= 0:
        if at % 4 == 0 and at & FRAME not in kernels and at not in image:
            yield f"the memory of users at {at:#x} holds a word of an unused kernel stack"
            return
        at = state.memory.ram.find(paint, at + 1)


def kernel_code(state: State) -> Iterator[str]:
    """As it was linked."""
    address, code = state.kernel.code()
    at = address - PHYSICAL_ALIAS
    if state.memory.ram[at : at + len(code)] != code:
        yield "the kernel's code was written to"


CHECKS = (
    ready_lists,
    send_queues,
    wakeup_list,
    transfers,
    mapping_trees,
    frames,
    only_first_tasks,
    kernel_stacks,
    kernel_code,
)


_kernel_of = cache(Kernel)


def broken(kernel: Path, ram: Path) -> list[str]:
    """What does not hold, in sentences."""
    state = State(Memory(_kernel_of(kernel), ram.read_bytes()))
    found = []
    for check in CHECKS:
        try:
            found += [f"{check.__name__}: {sentence}" for sentence in check(state)]
        except ValueError as error:
            found.append(f"{check.__name__}: {error}")
    return found
