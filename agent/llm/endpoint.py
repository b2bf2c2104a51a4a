"""Where the models live: the address of an OpenAI-compatible endpoint, and what it offers.

`base_url` mends a missing or superfluous `/v1` by asking for the list of models, once; an address that
cannot be checked is used as given. Light to import, and never shows the key.
"""

import http.client
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

OPENAI = "https://api.openai.com/v1"
# Sent where no key is configured: clients insist on one, and local servers ignore it.
NO_KEY = "not-needed"

_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_MAX_LISTING_BYTES = 4_000_000
_SUFFIXES = ("/chat/completions", "/completions", "/models")


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The answer to GET /models."""

    status: int | None  # None: no answer at all
    models: tuple[str, ...] | None  # None: the answer was not a list of models

    @property
    def is_endpoint(self) -> bool:
        """Whether something that speaks the protocol answered here."""
        return self.models is not None or self.status in (401, 403)


def list_models(base_url: str, api_key: str, timeout_s: float) -> Listing:
    """GET /models of an endpoint. Never raises: what cannot be had is None."""
    request = urllib.request.Request(f"{base_url}/models", headers={"Accept": "application/json"})  # noqa: S310  http(s) only, see `tidy`
    # Unredirected: a redirect must not carry the key to another host.
    request.add_unredirected_header("Authorization", f"Bearer {api_key}")
    try:
        with _opener(base_url).open(request, timeout=timeout_s) as response:
            return Listing(status=response.status, models=_names(response.read(_MAX_LISTING_BYTES)))
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return Listing(status=refusal.code, models=None)
    except (OSError, http.client.HTTPException, ValueError):
        return Listing(status=None, models=None)


def _opener(base_url: str) -> urllib.request.OpenerDirector:
    """A server on this machine is never reached through a proxy."""
    if is_local(base_url):
        return urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener()


def _names(body: bytes) -> tuple[str, ...] | None:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    entries = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(entries, list):
        return None
    return tuple(str(entry["id"]) for entry in entries if isinstance(entry, dict) and "id" in entry)


def is_local(base_url: str) -> bool:
    return urlsplit(base_url).hostname in _LOCAL_HOSTS


def tidy(base_url: str) -> str:
    """The address as written, with a scheme and without a trailing slash or the name of a single call."""
    url = base_url.strip().rstrip("/")
    if "://" not in url:
        url = ("http://" if is_local(f"//{url}") else "https://") + url
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("the address of a model endpoint starts with http:// or https://")
    if not urlsplit(url).hostname:
        raise ValueError(f"{base_url.strip()} names no host")
    for suffix in _SUFFIXES:
        url = url.removesuffix(suffix)
    return url


class Endpoint:
    """One address and its key. Thread-safe; asks the network at most once for the address."""

    def __init__(
        self,
        given: str | None,
        api_key: str | None,
        *,
        timeout_s: float = 5.0,
        ask: Callable[[str, str, float], Listing] = list_models,
    ) -> None:
        self.api_key = api_key or NO_KEY
        self.has_key = api_key is not None
        self._given = tidy(given) if given else OPENAI
        self._timeout_s = timeout_s
        self._ask = ask
        self._found: str | None = OPENAI if self._given == OPENAI else None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Endpoint({self._found or self._given})"

    @property
    def given(self) -> str:
        return self._given

    @property
    def base_url(self) -> str:
        with self._lock:
            if self._found is None:
                self._found = self._find()
            return self._found

    def models(self) -> tuple[str, ...]:
        """The models on offer; empty when the endpoint does not say."""
        return self._ask(self.base_url, self.api_key, self._timeout_s).models or ()

    def redact(self, text: str) -> str:
        """`text` without the key: some servers repeat it in their error messages."""
        return text.replace(self.api_key, "***") if self.has_key else text

    def _find(self) -> str:
        other = self._given.removesuffix("/v1") if self._given.endswith("/v1") else f"{self._given}/v1"
        as_given = self._ask(self._given, self.api_key, self._timeout_s)
        if as_given.is_endpoint or as_given.status is None:
            return self._given
        return other if self._ask(other, self.api_key, self._timeout_s).is_endpoint else self._given
