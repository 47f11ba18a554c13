"""The door for stations: OCPP-J 1.6, 2.0.1 and 2.1 over WebSocket, all on one address."""
