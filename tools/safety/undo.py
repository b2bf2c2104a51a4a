"""The undo log of the door: images are kept before the write is committed, and found again to be put back."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from memory.errors import StateUnavailable, UnknownRecord
from memory.undo_log import UndoLog, UndoRow, UndoState
from tools.errors import Refused
from tools.safety import images as image_json
from tools.safety.caller import Caller
from tools.safety.images import TableImages, composed
from tools.safety.measure import Measured
from tools.safety.pending import Effect, PendingKind, Undoable

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A write that can be put back."""

    row: UndoRow
    images: tuple[TableImages, ...]


class Undo:
    """Keeps, finds and marks the images of one database."""

    def __init__(self, undo_log: UndoLog, database: str) -> None:
        self._log = undo_log
        self._database = database

    def keep(
        self, undo_id: str, caller: Caller, *, statement: str, kind: PendingKind, effect: Effect,
        results: Sequence[Measured],
    ) -> str | None:  # fmt: skip
        """Before the commit. None: there is nothing that could be put back."""
        images = composed(image for result in results for image in result.images)
        if effect.undoable is Undoable.NONE or not images:
            return None
        self._log.add(
            undo_id,
            database=self._database,
            session_id=caller.session_id,
            principal=caller.principal.name,
            statement=statement,
            header_json=json.dumps({"kind": kind, "undoable": effect.undoable, "note": effect.undo_note}),
            images=[image_json.dump(table) for table in images],
            state=UndoState.PREPARED,
        )
        return undo_id

    def mark(self, undo_id: str | None, state: UndoState) -> None:
        """After the commit: a failure here must not look like a failure of the write."""
        if undo_id is None:
            return
        try:
            self._log.mark(undo_id, state)
        except StateUnavailable:
            log.exception("the undo log could not be marked", extra={"undo_id": undo_id})

    def discard(self, undo_id: str | None) -> None:
        if undo_id is None:
            return
        try:
            self._log.discard(undo_id)
        except StateUnavailable:
            log.exception("the undo log could not be cleaned", extra={"undo_id": undo_id})

    def find(self, caller: Caller, undo_id: str | None) -> Kept:
        """The named write, or the session's last one that was not an undo itself."""
        try:
            record = self._log.load(undo_id or self._last(caller))
        except UnknownRecord:
            raise Refused(f"there is nothing to undo under {undo_id}") from None
        if record.row.database != self._database or record.row.principal != caller.principal.name:
            raise Refused(f"there is nothing to undo under {undo_id} for {caller.principal.name} here")
        if record.row.state in (UndoState.UNDONE, UndoState.PARTIAL):
            raise Refused("this write has been undone already")
        return Kept(row=record.row, images=tuple(image_json.load(text) for text in record.images))

    def images(self, undo_id: str) -> tuple[TableImages, ...]:
        """The images kept under this id, if any were."""
        try:
            return tuple(image_json.load(text) for text in self._log.load(undo_id).images)
        except UnknownRecord:
            return ()

    def _last(self, caller: Caller) -> str:
        for row in self._log.recent(self._database, caller.session_id, limit=100):
            if row.state is UndoState.READY and json.loads(row.header_json)["kind"] != PendingKind.UNDO:
                return row.id
        raise Refused("this session has no write that can be undone")
