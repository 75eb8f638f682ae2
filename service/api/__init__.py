"""Version 1 of the HTTP API: one file a resource."""

from service.api.comments import comments
from service.operations import Resource

RESOURCES: tuple[Resource, ...] = (comments,)
