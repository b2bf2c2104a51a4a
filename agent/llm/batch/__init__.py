"""The Batch API: many questions in a file, answered within a day for less."""
