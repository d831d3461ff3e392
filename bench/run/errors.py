# SPDX-License-Identifier: BSD-2-Clause
"""How can a command end other than well, and with which exit status?

One exception class for each status of the command line; the message is the sentence the user reads.
"""


class LabError(Exception):
    """A gate failed; every other class below is a narrower reason."""

    status = 1


class UsageError(LabError):
    """The user named something that does not exist or does not fit together."""

    status = 2


class RunFailed(LabError):
    """A build or a boot failed, or its log, counts or record cannot be trusted."""

    status = 3


class DiskFull(RunFailed):
    """A file could not be written because there is no room for it."""


class TimeLimit(LabError):
    """A process was still running when its time ended; `said`: what it had written to stderr."""

    status = 4
    said = ""


class Missing(LabError):
    """This machine lacks a tool; the message carries the apt line that brings it."""

    status = 5


class Skipped(LabError):
    """This machine is not one on which that can be done; the message says why."""

    status = 77
