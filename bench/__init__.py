"""Benchmarks: ratios against a baseline stated beside them, measured in one run."""
