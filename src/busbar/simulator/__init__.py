"""Virtual stations, vehicles, batteries and drivers: a client of the wire codecs, never of the server."""
