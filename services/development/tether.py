"""Children that do not outlive their parent, even when the parent is killed without a chance to say so."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
"""From `linux/prctl.h`: the signal a process gets when the thread that started it ends."""


def tie(last_word: signal.Signals, parent: int) -> None:
    """In a child: be sent `last_word` when the process `parent`, which started us, dies. Linux only."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(last_word), 0, 0, 0)
    if os.getppid() != parent:  # it died in between, and nobody will send the signal any more
        os._exit(1)


def tethered(last_word: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` after which the child is sent `last_word` when we die; none where the kernel cannot do that.

    Call `Popen` from the main thread only: the kernel watches the thread, not the process.
    """
    if not sys.platform.startswith("linux"):
        return None
    parent = os.getpid()
    return lambda: tie(last_word, parent)
