"""What every process does first: settings, logging, a look at the installation and the key."""

from service.faults import Fault
from service.installation import refuse_foreign_packages
from service.logging import set_up_logging
from service.running.tether import is_supervised
from service.settings import Settings, load_settings

_NEEDED = {
    "database_url": "name the PostgreSQL database, or start everything with `tactful up`",
    "redis_url": "name the Redis, or start everything with `tactful up`",
    "secret_key": "make one with `python3 -c 'import secrets; print(secrets.token_urlsafe(32))'`"
    " and keep it",
}


def start() -> Settings:
    """Return the settings of a process that will run for long; raise Fault."""
    settings = load_settings()
    set_up_logging(settings.log_format)
    if not is_supervised():  # whoever started us has looked, and it takes 0.2 s
        refuse_foreign_packages()
    return settings


def start_production() -> Settings:
    """Do the same for a process that `tactful up` did not complete; raise Fault."""
    settings = start()
    for name, advice in _NEEDED.items():
        if getattr(settings, name) is None:
            raise Fault(f"TACTFUL_{name.upper()} is not set; {advice}")
    if not is_supervised():
        from service.secret_key import refuse_wrong_secret_key  # noqa: PLC0415 - not for --help

        refuse_wrong_secret_key(settings)
    return settings
