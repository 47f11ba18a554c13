"""Sans-IO codecs: bytes in, typed messages out, and back. No socket, no clock, no task."""
