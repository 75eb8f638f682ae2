"""Faults at start: what an operator must be told in one line, with what to do about it."""

RESTART_IS_NO_USE = 78  # EX_CONFIG of sysexits.h: starting again would fail in the same way


class Fault(Exception):
    """Something that stops a command; the message is one line that says what to do."""
