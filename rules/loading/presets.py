"""Policies to start from, packaged as YAML."""

from importlib import resources


def preset_names() -> list[str]:
    """Names of the packaged policies, `default` first."""
    folder = resources.files("rules") / "policies"
    names = sorted(
        entry.name.removesuffix(".yaml")
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    )
    return sorted(names, key=lambda name: name != "default")


def preset(name: str) -> str:
    """Return the YAML of a packaged policy; KeyError with the known names for any other."""
    if name not in preset_names():
        raise KeyError(f"there is no preset {name!r}; there are {', '.join(preset_names())}")
    return (resources.files("rules") / "policies" / f"{name}.yaml").read_text(encoding="utf-8")
