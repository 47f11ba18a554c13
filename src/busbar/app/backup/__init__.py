"""Backups: the whole of an installation in one file, made while it runs, and put back elsewhere."""
