"""Settings of a command that an operator types beside a `tactful up`: what DIR has fills gaps."""

from typing import Any

from pydantic import SecretStr

from service.running.data_dir import DataDir
from service.running.embedded_redis import socket_url
from service.settings import Settings


def completed(settings: Settings) -> Settings:
    """Return the settings with what the data directory can add: database, Redis, secret key."""
    if settings.database_url is not None:
        return settings
    local = DataDir(settings.data)
    if not local.database.is_file():
        return settings
    found: dict[str, Any] = {"database_url": local.database_url}
    if settings.redis_url is None:
        found["redis_url"] = socket_url(local.redis_socket())
    if settings.secret_key is None and local.secret_key_file.is_file():
        found["secret_key"] = SecretStr(local.secret_key())
    return settings.model_copy(update=found)
