"""The training of `lite`, the built-in scorer: `python -m training.lite --help`."""
