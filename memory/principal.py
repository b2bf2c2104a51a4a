"""Who acts: the person (or account) in whose name a statement runs."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Principal:
    """A named actor. Without `--as` it is `local`, the person at this machine."""

    name: str
    roles: tuple[str, ...] = ()
    tenant: str = "default"


LOCAL = Principal(name="local")
