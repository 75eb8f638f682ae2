"""Settings: environment variables TACTFUL_*, else `tactful.toml`, checked when a process starts."""

import difflib
import os
import re
import tomllib
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from service.faults import Fault
from workers.addresses import AllowList

PREFIX = "TACTFUL_"
CONFIG_VARIABLE = "TACTFUL_CONFIG"
CONFIG_NAME = "tactful.toml"
SECRET_KEY_MIN_LENGTH = 16
MAX_PORT = 65_535
_SCORER = re.compile(r"lite|detoxify:\S.*|onnx:\S.*")
_DATABASES = ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")
# Kubernetes sets such variables in every pod beside a Service that is called `tactful…`.
_SERVICE_LINK = re.compile(r"TACTFUL_(.+_)?(SERVICE_(HOST|PORT)(_.+)?|PORT(_\d+_(TCP|UDP).*)?)")
_REDIS = ("redis://", "rediss://", "unix://")


def _database_url(url: str) -> str:
    if not url.startswith(_DATABASES):
        raise ValueError("must start with postgresql:// or sqlite:///")
    return url


def _redis_url(url: str) -> str:
    if not url.startswith(_REDIS):
        raise ValueError("must start with redis://, rediss:// or unix://")
    return url


def _secret_key(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < SECRET_KEY_MIN_LENGTH:
        raise ValueError(f"must have at least {SECRET_KEY_MIN_LENGTH} characters")
    return key


def _scorer(name: str) -> str:
    if not _SCORER.fullmatch(name):
        raise ValueError("must be lite, detoxify:NAME or onnx:DIRECTORY")
    return name


def _allow_list(text: str) -> str:
    AllowList.parse(text)
    return text


def _issuer(url: str) -> str:
    if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise ValueError("must start with https://")
    return url


def _address(text: str) -> str:
    split_address(text)
    return text


def split_address(text: str) -> tuple[str, int]:
    """Return (IP address, port) of `127.0.0.1:9100` or `[::1]:9100`; raise ValueError."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        ip_address(host)
        number = int(port)
    except ValueError:
        raise ValueError("must be IP:PORT, such as 127.0.0.1:9100") from None
    if not 0 < number <= MAX_PORT:
        raise ValueError(f"the port must be 1 to {MAX_PORT}")
    return host, number


class Settings(BaseSettings):
    """Every setting; `docs/settings.md` has one paragraph each. Make it with `load_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    database_url: Annotated[str, AfterValidator(_database_url)] | None = None
    redis_url: Annotated[str, AfterValidator(_redis_url)] | None = None
    secret_key: Annotated[SecretStr, AfterValidator(_secret_key)] | None = None
    scorer: Annotated[str, AfterValidator(_scorer)] = "lite"
    webhook_allow: Annotated[str, AfterValidator(_allow_list)] = ""
    log_format: Literal["json", "console"] | None = None
    max_body_bytes: Annotated[int, Field(ge=1024, le=10_485_760)] = 65_536
    metrics_addr: Annotated[str, AfterValidator(_address)] | None = None
    oidc_issuer: Annotated[str, AfterValidator(_issuer)] | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = "single sign-on"
    oidc_join: str | None = None
    oidc_domains: str = ""
    data: Path = Path("tactful-data")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then the file; no `.env`, which would be a surprise."""
        del dotenv_settings, file_secret_settings
        file = _config_file()
        toml = (TomlConfigSettingsSource(settings_cls, file),) if file else ()
        return (init_settings, env_settings, *toml)

    def allow_list(self) -> AllowList:
        """Return which private addresses webhooks may call."""
        return AllowList.parse(self.webhook_allow)


def load_settings() -> Settings:
    """Read the settings; raise Fault that names the first that is unknown or malformed."""
    _refuse_unknown_variables()
    try:
        return Settings()
    except ValidationError as error:
        raise Fault(_complaint(error)) from error
    except tomllib.TOMLDecodeError as error:
        raise Fault(f"{_config_file()} is not TOML: {error}") from error
    except OSError as error:
        raise Fault(f"cannot read {_config_file()}: {error.strerror}") from error


def setting_names() -> list[str]:
    """Return the environment variables that mean something."""
    return [*(PREFIX + name.upper() for name in Settings.model_fields), CONFIG_VARIABLE]


def _config_file() -> Path | None:
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        if not Path(named).is_file():
            raise Fault(f"{CONFIG_VARIABLE}: there is no file {named}")
        return Path(named)
    return Path(CONFIG_NAME) if Path(CONFIG_NAME).is_file() else None


def _refuse_unknown_variables() -> None:
    known = setting_names()
    for name in sorted(os.environ):
        upper = name.upper()
        if upper.startswith(PREFIX) and upper not in known and not _SERVICE_LINK.fullmatch(upper):
            raise Fault(f"unknown setting {name}{_suggestion(upper, known)}")


def _complaint(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    name = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        hint = _suggestion(name, list(Settings.model_fields))
        return f"unknown setting {name} in {_config_file()}{hint}"
    reason = first["msg"].removeprefix("Value error, ")
    return f"{PREFIX}{name.upper().removeprefix(PREFIX)}: {reason[0].lower()}{reason[1:]}"


def _suggestion(name: str, known: list[str]) -> str:
    by_rest = {full.removeprefix(PREFIX): full for full in known}  # the prefix is like any other
    close = difflib.get_close_matches(name.removeprefix(PREFIX), by_rest, n=1)
    return f"; did you mean {by_rest[close[0]]}?" if close else f"; known are {', '.join(known)}"
