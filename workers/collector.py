"""The garbage collector, kept from standing a process still."""

import gc


def spare_long_lived_objects() -> None:
    """Have the garbage collector pass over what is alive now, as it will live long.

    For when a process has what it works with. A compiled policy is about a million objects:
    looking through them stood a worker still for 120 ms at each full collection. What was alive at
    an earlier call and is garbage by now is freed here.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
