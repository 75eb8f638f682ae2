"""How often signals about people occur, in spam and in ordinary comments: estimates, not counts.

No public collection of blog spam has addresses, browsers and forms, so these are set by hand, on
the careful side; each site's own decisions correct them. The weight of a signal is the logarithm
of the quotient, halved for the weak ones' sake: they come together and are not independent.
"""

from math import log

DAMPING = 0.5
RATES: dict[str, tuple[float, float]] = {
    # signal: (share of spam, share of ordinary comments)
    "author:url": (0.75, 0.45),
    "author:url-shortener": (0.03, 0.002),
    "author:url-stuffed": (0.35, 0.004),
    "author:url-punycode": (0.02, 0.002),
    "author:name-stuffed": (0.25, 0.002),
    "author:name-address": (0.05, 0.003),
    "author:name-long": (0.08, 0.02),
    "author:email-misfit": (0.60, 0.35),
    "author:email-digits": (0.30, 0.10),
    "author:email-disposable": (0.06, 0.004),
    "form:honeypot": (0.50, 0.0002),
    "form:hasty": (0.40, 0.01),
    "form:slow": (0.35, 0.75),
    "agent:missing": (0.10, 0.005),
    "agent:script": (0.15, 0.001),
    "agent:ancient": (0.25, 0.01),
    "referrer:missing": (0.45, 0.15),
    "referrer:foreign": (0.10, 0.02),
    "language:other": (0.25, 0.02),
}


def weight(name: str) -> float:
    """Return what a signal adds to the logarithm of the odds."""
    spam, ordinary = RATES[name]
    return DAMPING * log(spam / ordinary)
