"""What every process does first: settings, logging, and a look at the installation."""

from service.installation import refuse_foreign_packages
from service.logging import set_up_logging
from service.settings import Settings, load_settings


def start() -> Settings:
    """Return the settings of a process that will run for long; raise Fault."""
    settings = load_settings()
    set_up_logging(settings.log_format)
    refuse_foreign_packages()
    return settings
