"""What native code prints stays out of the log: the panic of a tokenizer may quote the comment.

Rust prints a panic straight to the file descriptor of standard error, over several lines, before
Python hears of it, and offers no say in it from outside. So the descriptor leads nowhere, and
Python alone keeps a copy of it. Of a crash, the places where each thread stood are told instead.
"""

import faulthandler
import os
import sys

_STANDARD_ERROR = 2


def keep_native_messages_out() -> None:
    """From now on, only Python writes to standard error. Comes before logging is set up."""
    sys.stderr.flush()
    kept = os.dup(_STANDARD_ERROR)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STANDARD_ERROR, inheritable=True)
    os.close(nowhere)
    sys.stderr = os.fdopen(kept, "w", buffering=1, errors="backslashreplace")
    faulthandler.enable()
