"""What keeps a process from starting."""


class StartError(Exception):
    """Busbar cannot start; the text says why and what to do."""
