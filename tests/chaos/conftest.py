"""The house of the contract suites, for the trials that need no process of their own."""

from tests.contracts.conftest import house

__all__ = ["house"]
