"""Shorter leases, for processes that tests kill: half of such a test would be waiting for them."""

from datetime import timedelta

from workers import lease_keeper

SHORT_LEASE = timedelta(seconds=3)


def shorten_leases(lease: timedelta) -> None:
    """From now on this process claims for so long, and renews as often within it as ever."""
    lease_keeper.RENEW_EVERY *= lease / lease_keeper.LEASE
    lease_keeper.LEASE = lease
