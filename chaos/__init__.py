"""Faults on purpose, under load: what was acknowledged must be there exactly once afterwards."""
