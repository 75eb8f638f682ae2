"""How long the web process may take to end: longer than the longest wait of a caller in flight."""

GRACEFUL_SECONDS = 35  # `Prefer: wait=30` is answered before gunicorn ends
THEN_KILLED_SECONDS = GRACEFUL_SECONDS + 5.0
