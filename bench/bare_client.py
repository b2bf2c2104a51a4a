"""What the loopback server can answer when a bare aiohttp client drives it: `bare_client.py URL ROWS PER_CALL`.

The bodies are made beforehand and look like those of a packed call. Prints rows per second.
"""

import asyncio
import sys
import time

import aiohttp
import orjson
from texts import LABELS, text_of

IN_FLIGHT = 32
_SYSTEM = "You fill one column of a database table: for each row you are given, you answer with that column's value. "


def body_of(first: int, count: int) -> bytes:
    ids = [f"{first + number:06x}" for number in range(count)]
    lines = "\n".join(
        f'{{"id": "{one}", "echo": "{number:08d}", "row": {{"content": "{text_of(number)}"}}}}'
        for number, one in enumerate(ids, first)
    )
    values = _object({"sentiment": {"type": "string", "enum": list(LABELS)}})
    item = _object({"id": {"type": "string", "enum": ids}, "echo": {"type": "string"}, "values": values})
    schema = _object({"answers": {"type": "array", "items": item}})
    return orjson.dumps(
        {
            "model": "small",
            "messages": [{"role": "system", "content": _SYSTEM * 8}, {"role": "user", "content": f"Rows:\n{lines}"}],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": schema},
            },
        }
    )


def _object(properties: dict[str, object]) -> dict[str, object]:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


async def drive(url: str, bodies: list[bytes]) -> float:
    """Seconds for all of them."""
    left = iter(bodies)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one_after_the_other() -> None:
            for body in left:
                async with session.post(url, data=body) as response:
                    await response.read()
                    response.raise_for_status()

        began = time.monotonic()
        await asyncio.gather(*(one_after_the_other() for _ in range(IN_FLIGHT)))
        return time.monotonic() - began


if __name__ == "__main__":
    address, rows, per_call = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    packs = [body_of(first, per_call) for first in range(0, rows, per_call)]
    print(rows / asyncio.run(drive(f"{address}/chat/completions", packs)))
