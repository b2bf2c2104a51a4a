"""`columnist fill` as a process beside a loopback model: what the tests of its commands share."""

import json
import subprocess
from collections.abc import Mapping
from typing import Any

import column_kit
import launch
from column_kit import Kit
from openai_replies import Reply
from openai_wire import WireRequest

FLAGS = ("--table", "reviews", "--from", "content", "--to", "sentiment", "--as", "the sentiment of the review")
# One row in a call, which `answer` reads.
FILL = (*FLAGS, "--labels", "positive,negative", "--rows-per-call", "1", "--yes", "--json")


def answer(request: WireRequest) -> Reply:
    return Reply.of({"sentiment": column_kit.sentiment(content_of(request))})


def content_of(request: WireRequest) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(next(line for line in request.user.splitlines() if line.startswith("{")))
    return row


def last(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    values: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return values


def url_of(kit: Kit) -> str:
    return kit.door.database.target.url.render_as_string(hide_password=False)


def start(*arguments: str, env: Mapping[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [str(launch.PROGRAM), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(env)
    )
