"""Scorers: what turns texts into scores. One module each, behind the protocol."""
