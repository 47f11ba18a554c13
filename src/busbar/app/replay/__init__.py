"""Replay: the raw frames of a station through today's translators and domain, and how the result differs."""
