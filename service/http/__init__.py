"""What every HTTP endpoint shares: keys, bodies, idempotency, problems, waiting, sessions."""
