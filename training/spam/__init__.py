"""Training of the spam prior: `python -m training.spam`."""
