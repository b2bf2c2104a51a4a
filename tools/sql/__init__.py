"""Text to exactly one Statement: what it is, reads, writes and calls. No I/O."""
