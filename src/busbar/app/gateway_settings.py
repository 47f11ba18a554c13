"""The part of the settings that a gateway is given."""

from busbar.app.config import Settings
from busbar.gateways.ocpp.settings import GatewaySettings


def choose_gateway_settings(settings: Settings, key: bytes) -> GatewaySettings:
    """Hand the gateway the settings of the same names."""
    names = [name for name in GatewaySettings.__struct_fields__ if name in Settings.model_fields and name != "bind"]
    return GatewaySettings(secret_key=key, bind=str(settings.bind), **{name: getattr(settings, name) for name in names})
