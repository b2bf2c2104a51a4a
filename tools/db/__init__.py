"""Connections, dialects, structure: the only place that imports a database driver."""
