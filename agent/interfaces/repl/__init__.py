"""The interactive prompt: reads a line, lets the conversation answer it, shows what happens."""
