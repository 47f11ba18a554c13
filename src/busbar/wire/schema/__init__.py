"""What every typed OCPP dialect shares: field types, actions, error codes, decoding with exact violations."""
