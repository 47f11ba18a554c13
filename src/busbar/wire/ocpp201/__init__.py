"""OCPP 2.0.1: typed messages, data types and the registry `ACTIONS`."""

from busbar.wire.ocpp201.messages import *  # noqa: F403 - the generated module is this room's whole vocabulary
