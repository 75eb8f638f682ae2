"""Akismet's REST protocol, versions 1.1 and 1.2: https://akismet.com/developers/."""
