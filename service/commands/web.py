"""`tactful web`."""

import click

from service.commands.start import start_production
from service.running.metrics_files import share_metrics
from service.settings import refuse_half_a_provider


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option("--fd", "fds", type=int, multiple=True, hidden=True)
def command(host: str, port: int, fds: tuple[int, ...]) -> None:
    """Serve HTTP with gunicorn, until SIGTERM.

    Needs TACTFUL_DATABASE_URL, TACTFUL_REDIS_URL and TACTFUL_SECRET_KEY.

    Example: tactful web --host 0.0.0.0 --port 8080
    """
    settings = start_production()
    refuse_half_a_provider(settings)
    share_metrics()
    from service.running.web import serve  # noqa: PLC0415 - after the metrics' folder was named

    serve(
        settings, [f"fd://{fd}" for fd in fds] or web_addresses(host, port, settings.metrics_addr)
    )


def web_addresses(host: str, port: int, metrics_addr: str | None) -> list[str]:
    """Return what gunicorn binds to."""
    main = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return [main, metrics_addr] if metrics_addr else [main]
