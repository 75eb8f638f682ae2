"""What tells languages apart: `python -m training.languages.trigrams`."""
