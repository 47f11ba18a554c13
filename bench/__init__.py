"""Benchmarks: each prints its figure, its bound and the conditions it was measured under."""
