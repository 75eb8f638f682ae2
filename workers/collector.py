"""The garbage collector, kept from standing a process still."""

import gc

_USUAL = gc.get_threshold()


def collect_seldom() -> None:
    """Have little looked through for garbage while a process starts, as what it makes stays alive.

    Looking through it every 700 objects, as is usual, took a fifth of the start.
    """
    gc.set_threshold(100_000, 20, 100)


def spare_long_lived_objects() -> None:
    """Have the garbage collector pass over what is alive now, as it will live long.

    For when a process has what it works with. A compiled policy is about a million objects:
    looking through them stood a worker still for 120 ms at each full collection. What was alive at
    an earlier call and is garbage by now is freed here.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_USUAL)
