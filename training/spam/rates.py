"""How often rare signals occur, in spam and in ordinary comments: estimates, not counts.

No public collection of blog spam has addresses, browsers and forms, or enough disguised links, so
these are set by hand, on the careful side; each site's own decisions correct them. The weight of a
signal is the logarithm of the quotient, halved: signals come together and are not independent.
"""

from math import log

from workers.spam.ascent import Weights
from workers.spam.hashing import hashed_name
from workers.spam.signals import SIZE_OF_SIGNAL

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
    "link:shortener": (0.12, 0.008),
    "link:punycode": (0.02, 0.0005),
    "link:deceptive": (0.04, 0.001),
    "link:keywords": (0.20, 0.004),
}


def add_rates(weights: Weights) -> None:
    """Give the signals what their rates say, where the examples did not give them more."""
    for name, (spam, ordinary) in RATES.items():
        size = SIZE_OF_SIGNAL if name.startswith("link:") else 1.0
        wanted, place = DAMPING * log(spam / ordinary) / size, hashed_name(name)
        weights[place] = max(weights[place], wanted) if wanted > 0 else wanted
