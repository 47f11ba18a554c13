"""Servers that others wrote: each listens on the port of its first argument and prints `ready`."""
