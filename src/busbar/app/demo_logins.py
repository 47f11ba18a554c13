"""Whose a demo is, and who may sign in to it."""

ZONE = "Europe/Rome"
ADMIN_EMAIL = "admin@example.org"
DRIVER_EMAIL = "driver@example.org"
PASSWORD = "busbar-demo"  # noqa: S105 - printed at every start: by default the demo is reachable from this machine alone
