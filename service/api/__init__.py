"""Version 1 of the HTTP API: one file a resource."""

from service.api.analyze import analysis
from service.api.comments import comments
from service.api.decisions import decisions
from service.api.erasure import erasure
from service.api.stats import stats
from service.operations import Resource

RESOURCES: tuple[Resource, ...] = (comments, decisions, erasure, analysis, stats)
