"""Chance that can be repeated: every source of it is made from a seed and a name, never from the machine."""

from random import Random


def seed_chance(seed: int, *names: str | int) -> Random:
    """Return a source of chance of its own for the thing named; the same seed and names give the same run."""
    return Random("/".join(str(part) for part in (seed, *names)))  # noqa: S311  a simulation must be repeatable
