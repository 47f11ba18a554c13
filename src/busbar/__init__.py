"""Busbar: the platform that connects every station, every driver and every kilowatt of a charging network."""

__version__ = "0.1.0"
