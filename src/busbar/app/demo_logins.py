"""Who may sign in to a demo."""

ADMIN_EMAIL = "admin@example.org"
DRIVER_EMAIL = "driver@example.org"
PASSWORD = "busbar-demo"  # noqa: S105 - printed at every start: by default the demo is reachable from this machine alone
