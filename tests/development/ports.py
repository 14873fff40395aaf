"""Rows of ports for stacks that tests start."""

import os
import socket
from contextlib import closing

from services.development.stack import OFFSETS


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_ports() -> int:
    """The first of a row of ports that are all free. Test processes look in different places.

    They lie below those that systems give to outgoing connections (from 32768 on), so that nobody else takes one meanwhile.
    """
    start = 12000 + os.getpid() * 40 % 18000
    for first in range(start, start + 2000, 40):
        if not any(answers(first + offset) for offset in OFFSETS.values()):
            return first
    raise AssertionError("no ports")
