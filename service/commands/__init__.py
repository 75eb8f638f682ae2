"""The commands of `tactful`, one module each, with the click command as `command`."""
