"""Floor 3: know-how. What the model reads, beside what the machine does."""
