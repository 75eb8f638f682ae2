"""Processes: starting them, keeping them running, ending them, and `tactful up` of them all."""
