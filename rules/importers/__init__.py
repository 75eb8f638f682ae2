"""Policies made from what other tools call their settings."""
