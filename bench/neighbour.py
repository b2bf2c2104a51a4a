"""Another client of the same table: `neighbour.py URL ROWS` updates one row after the other, some 150 a second.

Prints the seconds of each update as one JSON list when its stdin is closed.
"""

import json
import random
import select
import sys
import time

import psycopg
from sqlalchemy.engine import make_url

_PAUSE_S = 0.005


def main(url: str, rows: int) -> None:
    taken: list[float] = []
    address = make_url(url)
    connection = psycopg.connect(
        host=address.host, port=address.port, user=address.username, password=address.password,
        dbname=address.database, autocommit=True,
    )  # fmt: skip
    while not select.select([sys.stdin], [], [], _PAUSE_S)[0]:
        began = time.monotonic()
        connection.execute(
            "UPDATE reviews SET touched = touched + 1 WHERE id = %s", (random.randint(1, rows),), prepare=True
        )
        taken.append(time.monotonic() - began)
    connection.close()
    print(json.dumps(taken))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
