"""Tests that need torch, transformers and detoxify: `make test-detoxify`."""
