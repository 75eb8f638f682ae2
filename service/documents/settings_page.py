"""The page of settings, `docs/settings.md`: written from the settings themselves.

`python -m service.documents.settings_page` writes it.
"""

from pathlib import Path

from pydantic.fields import FieldInfo

from service.settings import CONFIG_NAME, CONFIG_VARIABLE, PREFIX, Settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
_HEAD = """\
# Settings
<!-- written by `python -m service.documents.settings_page` -->
Environment variables, or the same names in lower case without `TACTFUL_` in a file `tactful.toml`
in the working directory (`scorer = "lite"`). The environment wins. An unknown or malformed setting
stops the process at start with a line that names it. Beside a running `tactful up`, the other
commands find its database by themselves.

| setting | default | what it is |
| --- | --- | --- |
"""
_FOOT = f"""\
| `{CONFIG_VARIABLE}` | `{CONFIG_NAME}` | another place for the file |

A scoring worker uses one thread for arithmetic unless `OMP_NUM_THREADS` says otherwise.
`PROMETHEUS_MULTIPROC_DIR` names the folder in which processes add up their metrics; without it
each `web` makes one. Do not share it between containers: whether a process has ended is looked up
by its process id.
"""
_WITHOUT = {  # what holds where the default is none
    "database_url": "`up`: SQLite in its directory",
    "redis_url": "`up`: its own Redis",
    "secret_key": "`up`: made at the first start",
    "log_format": "`console` on a terminal, else `json`",
    "rate_limit_site": "`off`",
}


def settings_page() -> str:
    """Return the page."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | {_default(name, field)} | {field.description} |\n"
        for name, field in Settings.model_fields.items()
    ]
    return _HEAD + "".join(rows) + _FOOT


def _default(name: str, field: FieldInfo) -> str:
    if name in _WITHOUT:
        return _WITHOUT[name]
    return f"`{field.default}`" if field.default else "none"


if __name__ == "__main__":
    PAGE.write_text(settings_page())
