"""Which project skills a person has said yes to, by path and content.

A record covers the exact content of the skill's folder: any change asks again. An unreadable record
counts as no trust.
"""

import json
import os
import tempfile
from pathlib import Path

from skills.errors import SkillInvalid
from skills.skill_file import folder_hash


class TrustRecords:
    """A small JSON file, {folder: sha256}, in the person's own configuration folder."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def covers(self, folder: Path) -> bool:
        recorded = self._read().get(str(folder.resolve()))
        return recorded is not None and recorded == folder_hash(folder)

    def add(self, folder: Path) -> None:
        records = {**self._read(), str(folder.resolve()): folder_hash(folder)}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._file.parent, prefix=".trust-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(records, stream, indent=1, sort_keys=True)
            # In one step: a crash leaves the old record or the new one, never half of it.
            Path(temporary).replace(self._file)
        except OSError as error:
            Path(temporary).unlink(missing_ok=True)
            raise SkillInvalid(f"the trust record {self._file} cannot be written ({error.strerror})") from error

    def _read(self) -> dict[str, str]:
        try:
            records = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError, PermissionError, ValueError):
            return {}
        if not isinstance(records, dict):
            return {}
        return {str(folder): str(digest) for folder, digest in records.items()}
