"""The database: tables, migrations and every query, as functions named for what they mean."""
