"""Alembic migrations, run by `tactful db upgrade` and by `tactful up`."""
