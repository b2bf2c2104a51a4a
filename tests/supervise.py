"""Runs one test server until its parent is gone, then removes every trace of it.

Started as a script by `servers.py`, which holds the other end of stdin: whether the tests end normally, by
Ctrl-C or by kill -9, stdin closes, the server is stopped and its folder deleted.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path


def main() -> None:
    order = json.loads(sys.argv[1])
    # Our whole process group gets a polite end from CI runners; stdin alone decides when we stop.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: os.close(0))
    with Path(order["log"]).open("wb") as log:
        server = subprocess.Popen(
            order["argv"], cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            **({"user": order["user"], "group": order["group"], "extra_groups": []} if order["user"] else {}),
        )  # fmt: skip
        try:
            while os.read(0, 1):
                continue
        except OSError:
            print("stopped by a signal", file=sys.stderr)
        server.send_signal(signal.Signals[order["stop_signal"]])
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
    shutil.rmtree(order["folder"], ignore_errors=True)


if __name__ == "__main__":
    main()
