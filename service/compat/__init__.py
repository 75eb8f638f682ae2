"""Drop-in protocols: what other services' clients send, translated to and from our own words.

One module a protocol. Nothing outside this package knows any of them.
"""

from flask import Blueprint

from service.compat.akismet.endpoints import akismet
from service.compat.coral import coral
from service.compat.openai import openai
from service.compat.perspective.endpoints import perspective

COMPAT: tuple[Blueprint, ...] = (akismet, perspective, openai, coral)
