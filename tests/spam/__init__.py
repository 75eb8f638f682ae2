"""Spam: features, the prior, learning, reasons."""
