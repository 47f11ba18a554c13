"""What callers send: every field typed and bounded, unknown fields refused."""
