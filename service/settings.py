"""Settings: environment variables TACTFUL_*, else `tactful.toml`, checked when a process starts."""

import difflib
import os
import re
import tomllib
from importlib.resources.abc import Traversable
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from service import server_urls
from service.faults import Fault
from service.http.proxies import parse_networks
from workers.addresses import AllowList

PREFIX = "TACTFUL_"
CONFIG_VARIABLE = "TACTFUL_CONFIG"
CONFIG_NAME = "tactful.toml"
METRICS_FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client's own
SECRET_KEY_MIN_LENGTH = 16
MAX_PORT = 65_535
DETOXIFY_MODELS = ("original", "unbiased", "multilingual", "original-small", "unbiased-small")
_SCORER = re.compile(r"lite|detoxify:\S.*|onnx:\S.*")
# Kubernetes sets such variables in every pod beside a Service that is called `tactful…`.
_SERVICE_LINK = re.compile(r"TACTFUL_(.+_)?(SERVICE_(HOST|PORT)(_.+)?|PORT(_\d+_(TCP|UDP).*)?)")
_RATE = re.compile(r"[1-9][0-9]{0,8}/(second|minute|hour)")


def _secret_key(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < SECRET_KEY_MIN_LENGTH:
        raise ValueError(f"must have at least {SECRET_KEY_MIN_LENGTH} characters")
    return key


def _scorer(name: str) -> str:
    if not _SCORER.fullmatch(name):
        raise ValueError("must be lite, detoxify:NAME or onnx:DIRECTORY")
    kind, _, model = name.partition(":")
    # Told here, because the package that knows its names may be missing, and is large.
    known = model in DETOXIFY_MODELS or "/" in model or Path(model).exists()
    if kind == "detoxify" and not known:
        raise ValueError(
            f"detoxify: needs {', '.join(DETOXIFY_MODELS)} or the path of a checkpoint"
        )
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


def _traces_url(url: str | None) -> str | None:
    if url is not None and not url.startswith(("http://", "https://")):
        raise ValueError("must be the http:// or https:// address of an OTLP collector")
    return url


def _rate(text: object) -> object:
    if text is None or text == "off":
        return None
    if not (isinstance(text, str) and _RATE.fullmatch(text)):
        raise ValueError("must be off, or like 100/minute (second, minute, hour)")
    return text


def _networks(text: str) -> str:
    parse_networks(text)
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
    """Every setting; `docs/settings.md` has a row for each. Make it with `load_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    database_url: Annotated[str, AfterValidator(server_urls.database_url)] | None = Field(
        default=None,
        description="`postgresql://USER@HOST/NAME` (of several hosts: `HOST:PORT,HOST:PORT` and"
        " `?target_session_attrs=read-write`) or `sqlite:////absolute/path.db`",
    )
    redis_url: Annotated[str, AfterValidator(server_urls.redis_url)] | None = Field(
        default=None,
        description="`redis://HOST:6379/0`; Redis or Valkey 6.2 or later,"
        " `maxmemory-policy noeviction`",
    )
    secret_key: Annotated[SecretStr, AfterValidator(_secret_key)] | None = Field(
        default=None,
        description="seals webhook secrets; at least 16 characters, the same for all processes,"
        " kept for good",
    )
    scorer: Annotated[str, AfterValidator(_scorer)] = Field(
        default="lite",
        description="`lite` (built in), `detoxify:NAME`, `detoxify:/path/to/checkpoint`,"
        " `onnx:/path/to/directory`: see [scorers.md](scorers.md)",
    )
    scorer_patience_seconds: Annotated[float, Field(ge=1, le=3_600)] = Field(
        default=60,
        description="a scoring worker whose scorer stands still for so long within one step (a text"
        " of up to 512 tokens, or up to 8 that have 400 together) ends, to be started again: see"
        " [scorers.md](scorers.md#when-scoring-fails)",
    )
    webhook_allow: Annotated[str, AfterValidator(_allow_list)] = Field(
        default="",
        description="private addresses that webhooks may call: CIDRs or host names, separated by"
        " commas",
    )
    log_format: Literal["json", "console"] | None = Field(
        default=None, description="how log lines on standard error look: `json` or `console`"
    )
    max_body_bytes: Annotated[int, Field(ge=1024, le=10_485_760)] = Field(
        default=65_536, description="the longest text of one comment, in bytes of UTF-8"
    )
    max_pending: Annotated[int, Field(ge=0, le=1_000_000_000)] = Field(
        default=100_000,
        description="how many comments may wait for a verdict; beyond it, more are refused with"
        " `503` and `Retry-After` until some are judged; 0: any number",
    )
    reputation_half_life_days: Annotated[float, Field(ge=1, le=3_650)] = Field(
        default=90,
        description="after so many days a decision counts half for the standing of its author,"
        " domains and address range: see [spam-campaigns.md](spam-campaigns.md)",
    )
    metrics_addr: Annotated[str, AfterValidator(_address)] | None = Field(
        default=None,
        description="`IP:PORT` that serves `/metrics`; the public listener then does not",
    )
    rate_limit_site: Annotated[str | None, BeforeValidator(_rate)] = Field(
        default=None,
        description="requests that one site may make, as `1000/minute` (second, minute, hour)",
    )
    rate_limit_address: Annotated[str | None, BeforeValidator(_rate)] = Field(
        default="300/minute",
        description="requests with a wrong key that one address (or IPv6 /64) may make, or `off`",
    )
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = Field(
        default="",
        description="CIDRs of proxies whose `X-Forwarded-For` is believed, separated by commas",
    )
    traces_url: Annotated[str | None, AfterValidator(_traces_url)] = Field(
        default=None,
        description="an OTLP/HTTP collector, as `http://HOST:4318/v1/traces`; needs"
        " `tactful[otel]`: see [logs.md](logs.md)",
    )
    oidc_issuer: Annotated[str, AfterValidator(_issuer)] | None = Field(
        default=None,
        description="the OpenID Connect provider of single sign-on, as its own metadata names it:"
        " `https://accounts.example.org`; see [review.md](review.md#single-sign-on)",
    )
    oidc_client_id: str | None = Field(
        default=None, description="what the provider knows Tactful as"
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="the secret of that client"
    )
    oidc_name: str = Field(
        default="single sign-on",
        description="what the button on the sign-in page calls the provider",
    )
    oidc_join: str | None = Field(
        default=None,
        description="a site whose moderators newcomers become; without it, only people who are"
        " added already get in",
    )
    oidc_domains: str = Field(
        default="", description="of which mail domains newcomers must be, separated by commas"
    )
    pulse_file: Path | None = Field(
        default=None,
        description="a file that a worker or cron touches while it gets on with its work: for"
        " liveness probes",
    )
    data: Path = Field(default=Path("tactful-data"), description="the directory of `tactful up`")

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
        toml = (_TomlSource(settings_cls, file),) if file else ()
        return (init_settings, env_settings, *toml)

    def allow_list(self) -> AllowList:
        """Return which private addresses webhooks may call."""
        return AllowList.parse(self.webhook_allow)


class _TomlSource(TomlConfigSettingsSource):
    """The file, also as editors on Windows save it: with a byte order mark."""

    def _read_file(self, file_path: Path | Traversable) -> dict[str, Any]:
        return tomllib.loads(file_path.read_text("utf-8-sig"))


def load_settings() -> Settings:
    """Read the settings; raise Fault that names the first that is unknown or malformed."""
    _refuse_unknown_variables()
    _refuse_missing_metrics_folder()
    try:
        return Settings()
    except ValidationError as error:
        raise Fault(_complaint(error)) from error
    except UnicodeDecodeError as error:
        raise Fault(f"{_config_file()} is not UTF-8: save it as that") from error
    except tomllib.TOMLDecodeError as error:
        raise Fault(f"{_config_file()} is not TOML: {error}") from error
    except OSError as error:
        raise Fault(f"cannot read {_config_file()}: {error.strerror}") from error


def refuse_half_a_provider(settings: Settings) -> str:
    """Return what is known of single sign-on; raise Fault where only half of it is set.

    For the web process: the client's secret is kept from others with good reason.
    """
    if settings.oidc_issuer is None:
        return "not set"
    if not (settings.oidc_client_id and settings.oidc_client_secret):
        raise Fault("TACTFUL_OIDC_ISSUER needs TACTFUL_OIDC_CLIENT_ID and _CLIENT_SECRET")
    if settings.oidc_join and not settings.oidc_domains.strip(" ,"):
        raise Fault("TACTFUL_OIDC_JOIN needs TACTFUL_OIDC_DOMAINS: who may join")
    return "set"


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


def _refuse_missing_metrics_folder() -> None:
    folder = os.environ.get(METRICS_FOLDER_VARIABLE)
    if folder and not Path(folder).is_dir():
        raise Fault(f"{METRICS_FOLDER_VARIABLE}: there is no folder {folder}")


def _complaint(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    reason = first["msg"].removeprefix("Value error, ")
    name = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        hint = _suggestion(name, list(Settings.model_fields))
        return f"unknown setting {name} in {_config_file()}{hint}"
    variable = f"{PREFIX}{name.upper().removeprefix(PREFIX)}"
    of_file = variable not in {name.upper() for name in os.environ}
    named = f"{name} in {_config_file()}" if of_file else variable
    return f"{named}: {reason[0].lower()}{reason[1:]}"


def _suggestion(name: str, known: list[str]) -> str:
    by_rest = {full.removeprefix(PREFIX): full for full in known}  # the prefix is like any other
    close = difflib.get_close_matches(name.removeprefix(PREFIX), by_rest, n=1)
    return f"; did you mean {by_rest[close[0]]}?" if close else f"; known are {', '.join(known)}"
