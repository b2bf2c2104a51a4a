"""The demo shop: a small, deterministic database to try everything on, and a guided tour of it."""
