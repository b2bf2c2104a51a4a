"""The calls of an endpoint beside chat completions, on aiohttp: objects, uploads, downloads. Nothing is retried here.

Each gives what was asked for or a Refusal. Files go from and to the disk in pieces and are never held in memory.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import aiohttp

from agent.llm.endpoint import Endpoint
from agent.llm.wire import Refusal, encoded, open_session, read_json, refusal_of

_CONNECT_TIMEOUT_S = 10.0
_TRANSFER_TIMEOUT_S = 3600.0  # 200 MB over a slow line
_PIECE_BYTES = 1_000_000


class Rest:
    """Made and closed on one event loop. Paths begin with a slash, after the endpoint's base."""

    def __init__(self, endpoint: Endpoint, timeout_s: float) -> None:
        connect_s = min(_CONNECT_TIMEOUT_S, timeout_s)
        self._endpoint = endpoint
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=connect_s)
        self._transfer = aiohttp.ClientTimeout(total=_TRANSFER_TIMEOUT_S, sock_connect=connect_s)
        self._session: aiohttp.ClientSession | None = None
        self._opening = asyncio.Lock()

    async def get(self, path: str, **query: str) -> Mapping[str, object] | Refusal:
        return await self._ask("GET", path, query=query)

    async def post(self, path: str, body: Mapping[str, object]) -> Mapping[str, object] | Refusal:
        return await self._ask("POST", path, body=body)

    async def delete(self, path: str) -> Mapping[str, object] | Refusal:
        return await self._ask("DELETE", path)

    async def upload(self, file: Path, name: str, purpose: str) -> Mapping[str, object] | Refusal:
        """POST /files."""
        session = await self._open()
        opened = await asyncio.to_thread(file.open, "rb")
        try:
            form = aiohttp.FormData({"purpose": purpose})
            form.add_field("file", opened, filename=name, content_type="application/jsonl")
            async with session.post(self._url("/files"), data=form, timeout=self._transfer) as response:
                return read_json(response.status, response.headers, await response.read())
        except (TimeoutError, aiohttp.ClientError) as error:
            return refusal_of(error)
        finally:
            opened.close()

    async def download(self, path: str, into: BinaryIO) -> int | Refusal:
        """The bytes written to `into`, which is emptied first."""
        session = await self._open()
        into.seek(0)
        into.truncate()
        try:
            async with session.get(self._url(path), timeout=self._transfer) as response:
                if response.status != 200:
                    refused = read_json(response.status, response.headers, await response.read())
                    assert isinstance(refused, Refusal)
                    return refused
                async for piece in response.content.iter_chunked(_PIECE_BYTES):
                    await asyncio.to_thread(into.write, piece)
        except (TimeoutError, aiohttp.ClientError) as error:
            return refusal_of(error)
        return into.tell()

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Mapping[str, object] | Refusal:
        session = await self._open()
        data = None if body is None else encoded(body)
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            async with session.request(method, self._url(path), params=query, data=data, headers=headers) as response:
                return read_json(response.status, response.headers, await response.read())
        except (TimeoutError, aiohttp.ClientError) as error:
            return refusal_of(error)

    def _url(self, path: str) -> str:
        return f"{self._endpoint.base_url}{path}"

    async def _open(self) -> aiohttp.ClientSession:
        async with self._opening:
            self._session = self._session or await open_session(self._endpoint, self._timeout, {})
            return self._session
