"""Floor 4: thinks, and talks to people."""
