"""Floor 1: what outlives a process. It knows nothing of who reads it."""
