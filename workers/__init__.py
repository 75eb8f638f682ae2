"""RQ jobs: scoring, delivery, upkeep."""
