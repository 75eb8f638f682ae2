"""Settings: where they come from, and what happens when one is wrong."""

import os
from pathlib import Path

import pytest

from service.faults import Fault
from service.settings import load_settings, split_address


@pytest.fixture(autouse=True)
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("TACTFUL_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def complaint() -> str:
    with pytest.raises(Fault) as caught:
        load_settings()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_without_any_the_defaults_hold() -> None:
    settings = load_settings()
    assert (settings.scorer, settings.max_body_bytes) == ("lite", 65_536)
    assert settings.secret_key is None


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("tactful.toml").write_text('scorer = "onnx:/models/a"\nmax_body_bytes = 2048\n')
    monkeypatch.setenv("TACTFUL_SCORER", "lite")
    settings = load_settings()
    assert (settings.scorer, settings.max_body_bytes) == ("lite", 2048)


def test_the_file_may_be_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("max_body_bytes = 2048\n")
    monkeypatch.setenv("TACTFUL_CONFIG", str(tmp_path / "other.toml"))
    assert load_settings().max_body_bytes == 2048


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TACTFUL_DATABSE_URL", "x", "unknown setting TACTFUL_DATABSE_URL; did you mean TACTFUL_D"),
        ("TACTFUL_WEATHER", "x", "unknown setting TACTFUL_WEATHER; known are TACTFUL_DATABASE_URL"),
        ("TACTFUL_DATABASE_URL", "mysql://db", "TACTFUL_DATABASE_URL: must start with postgresql"),
        (
            "TACTFUL_DATABASE_URL",
            "sqlite:///",
            "TACTFUL_DATABASE_URL: must name a file, as sqlite:",
        ),
        (
            "TACTFUL_DATABASE_URL",
            "postgresql://u:hunter2@h:abc/n",
            "TACTFUL_DATABASE_URL: must be like postgresql://USER:PASSWORD@HOST:PORT/NAME",
        ),
        (
            "TACTFUL_DATABASE_URL",
            "postgresql://u@h1:5432,h2:abc/n",
            "TACTFUL_DATABASE_URL: must be like postgresql://USER:PASSWORD@HOST:PORT/NAME",
        ),
        (
            "TACTFUL_DATABASE_URL",
            "postgres://u@h/n?foo=1",
            'TACTFUL_DATABASE_URL: invalid connection option "foo"',
        ),
        ("TACTFUL_REDIS_URL", "redis://h:abc/0", "TACTFUL_REDIS_URL: must be like redis://:PASSW"),
        ("TACTFUL_REDIS_URL", "redis://:hunter2#@h", "TACTFUL_REDIS_URL: must be like redis://:PA"),
        ("TACTFUL_REDIS_URL", "redis://h/abc", "TACTFUL_REDIS_URL: what follows the host must be"),
        (
            "TACTFUL_REDIS_URL",
            "redis://h/0?foo=1",
            "TACTFUL_REDIS_URL: must be like redis://HOST:6379/0: unexpected keyword argument",
        ),
        (
            "PROMETHEUS_MULTIPROC_DIR",
            "/no/such",
            "PROMETHEUS_MULTIPROC_DIR: there is no folder /no",
        ),
        ("TACTFUL_REDIS_URL", "localhost", "TACTFUL_REDIS_URL: must start with redis://"),
        ("TACTFUL_SECRET_KEY", "hunter2", "TACTFUL_SECRET_KEY: must have at least 16 characters"),
        ("TACTFUL_SCORER", "onnx:", "TACTFUL_SCORER: must be lite, detoxify:NAME or onnx:DIR"),
        ("TACTFUL_SCORER", "detoxify:orginal", "TACTFUL_SCORER: detoxify: needs original, unbia"),
        ("TACTFUL_WEBHOOK_ALLOW", "10.0.0.1/8", "TACTFUL_WEBHOOK_ALLOW: '10.0.0.1/8' is not a"),
        ("TACTFUL_LOG_FORMAT", "xml", "TACTFUL_LOG_FORMAT: input should be 'json' or 'console'"),
        ("TACTFUL_MAX_BODY_BYTES", "1", "TACTFUL_MAX_BODY_BYTES: input should be greater than"),
        ("TACTFUL_METRICS_ADDR", "9100", "TACTFUL_METRICS_ADDR: must be IP:PORT, such as"),
        ("TACTFUL_METRICS_ADDR", "127.0.0.1:99999", "TACTFUL_METRICS_ADDR: the port must be 1"),
        ("TACTFUL_RATE_LIMIT_SITE", "fast", "TACTFUL_RATE_LIMIT_SITE: must be off, or like 100/m"),
        ("TACTFUL_RATE_LIMIT_ADDRESS", "0/minute", "TACTFUL_RATE_LIMIT_ADDRESS: must be off, or"),
        ("TACTFUL_TRUSTED_PROXIES", "10.0.0.1/8", "TACTFUL_TRUSTED_PROXIES: 10.0.0.1/8 has host"),
        ("TACTFUL_TRACES_URL", "collector:4318", "TACTFUL_TRACES_URL: must be the http:// or"),
        ("TACTFUL_CONFIG", "/no/such.toml", "TACTFUL_CONFIG: there is no file /no/such.toml"),
    ],
)
def test_a_wrong_one_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    told = complaint()
    assert told.startswith(said)
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('scorrer = "lite"', "unknown setting scorrer in tactful.toml; did you mean scorer?"),
        ("max_body_bytes = true", "max_body_bytes in tactful.toml: "),
        ("scorer =", "tactful.toml is not TOML: Invalid value"),
        ('oidc_name = "Küche"', "tactful.toml is not UTF-8"),
    ],
)
def test_a_wrong_one_in_the_file_is_named(content: str, said: str) -> None:
    Path("tactful.toml").write_text(content, "latin-1")
    assert complaint().startswith(said)


def test_a_file_may_begin_with_a_byte_order_mark() -> None:
    Path("tactful.toml").write_text('oidc_name = "Küche"', "utf-8-sig")
    assert load_settings().oidc_name == "Küche"


def test_a_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACTFUL_SECRET_KEY", "hunter2")
    assert "hunter2" not in complaint()
    monkeypatch.setenv("TACTFUL_SECRET_KEY", "a long enough secret")
    assert "a long enough secret" not in repr(load_settings())


def test_a_limit_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().rate_limit_address == "300/minute"
    monkeypatch.setenv("TACTFUL_RATE_LIMIT_ADDRESS", "off")
    assert load_settings().rate_limit_address is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TACTFUL_REDIS_URL", "redis://h:6379/0/"),
        ("TACTFUL_REDIS_URL", "redis://h?db=3"),
        ("TACTFUL_DATABASE_URL", "postgresql://u@[::1]:5432,[::2]/n"),
    ],
)
def test_a_url_that_its_driver_reads_is_taken(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    load_settings()


@pytest.mark.parametrize(
    "name", ["TACTFUL_PORT", "TACTFUL_SERVICE_HOST", "TACTFUL_WEB_PORT_8080_TCP_ADDR"]
)
def test_what_kubernetes_adds_is_no_setting(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "tcp://10.0.0.1:8080")
    load_settings()


@pytest.mark.parametrize(
    ("text", "address"),
    [("127.0.0.1:9100", ("127.0.0.1", 9100)), ("[::1]:9100", ("::1", 9100))],
)
def test_an_address_has_a_host_and_a_port(text: str, address: tuple[str, int]) -> None:
    assert split_address(text) == address
