"""OCPP 1.6: typed messages, data types and the registry `ACTIONS`."""

from busbar.wire.ocpp16.messages import *  # noqa: F403 - the generated module is this room's whole vocabulary
