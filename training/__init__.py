"""Training: how the models that Tactful ships were made."""
