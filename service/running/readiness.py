"""Readiness: whether a verdict can be had, found out by having one."""

import urllib.request

from redis import RedisError

from service.compose import fast_redis, slow_redis
from service.http.analysis import AnalysisFailed, AnalysisUnavailable, Analyzer
from service.http.hub import Hub
from service.settings import Settings
from workers.analysis import AnalysisOverloaded
from workers.doorbell import Doorbell

TEXT = "Good morning."
SECONDS = 0.5


class Readiness:
    """Asks the web process for a sign of life and a worker for an analysis."""

    def __init__(self, settings: Settings, url: str, site_id: str) -> None:
        self._url = url
        self._site_id = site_id
        redis = fast_redis(settings)
        self._doorbell = Doorbell(redis)
        self._hub = Hub(slow_redis(settings))
        self._analyzer = Analyzer(redis, self._doorbell, self._hub)

    def missing(self) -> str | None:
        """Return what does not answer yet; None when everything does. Takes up to a second."""
        if not self._worker_answers():
            return "the scoring worker"
        return None if self._web_answers() else "the web process"

    def close(self) -> None:
        """Stop listening for answers."""
        self._hub.close()

    def _worker_answers(self) -> bool:
        # A bell that a killed worker left behind would keep our own ring from being heard.
        try:
            self._doorbell.take_down("score")
            self._analyzer.analyze(self._site_id, TEXT, "en", SECONDS)
        except (AnalysisUnavailable, AnalysisOverloaded, RedisError):
            return False
        except AnalysisFailed:  # the worker lives; its scorer fails, which is its log's matter
            return True
        return True

    def _web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._url}/healthz", timeout=SECONDS) as answer:  # noqa: S310 - our own
                return bool(answer.status == 200)  # noqa: PLR2004 - OK
        except OSError:  # URLError is one
            return False
