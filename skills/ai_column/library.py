"""Wordings by name: those that ship and those that a person has approved, each with its contract.

`@sentiment` in the place of an instruction means the wording of that name, `@sentiment.zh` the Chinese one where it
ships. What the column says besides (labels, type, lengths, language) comes before what the wording says. A wording
that ships cannot be replaced or removed, and keeping one never overwrites another.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import ValidationError

from memory.prompts import Prompt, PromptLibrary, PromptSource
from skills.ai_column.task import ColumnSpec, ColumnTask
from skills.ai_column.wordings import ENGLISH, WORDINGS, Wording
from skills.errors import TaskInvalid

MARK = "@"
_MOST_CHARS = 64
_NAME = re.compile(rf"[^\W\d][\w-]{{0,{_MOST_CHARS - 1}}}")
_REFERENCE = re.compile(rf"(?P<name>{MARK}[^\s.]+)(?:\.(?P<language>[a-z]+))?")  # all of an instruction
_MOST = 1_000
_SHIPPED = {one.name: one for one in WORDINGS}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One wording of the library, as it is listed."""

    name: str
    about: str
    spec: ColumnSpec | None  # None: it asks for labels first
    ships: bool
    used: int


class Library:
    """Without a store only the wordings that ship."""

    def __init__(self, prompts: PromptLibrary | None = None) -> None:
        self._prompts = prompts

    def list(self) -> list[Entry]:
        """The most used first."""
        kept = {prompt.name: prompt for prompt in self._kept()}
        shipped = [_shipped(one, kept.get(one.name)) for one in WORDINGS]
        own = [_own(prompt) for name, prompt in kept.items() if name not in _SHIPPED]
        return sorted([*own, *shipped], key=lambda entry: -entry.used)

    def entry(self, name: str) -> Entry:
        """Raises TaskInvalid with the nearest names."""
        wanted = _plain(name)
        found = next((entry for entry in self.list() if entry.name == wanted), None)
        if found is None:
            names = [entry.name for entry in self.list()]
            near = [f"{MARK}{one}" for one in get_close_matches(wanted, names, n=2)]
            hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}"
            raise TaskInvalid(f"there is no wording {MARK}{wanted}", hint=hint)
        return found

    def resolved(self, task: ColumnTask) -> ColumnTask:
        """The task with the wordings that it names in their places. Raises TaskInvalid."""
        columns = {name: self._spec(spec) for name, spec in task.columns.items()}
        return task if columns == task.columns else task.model_copy(update={"columns": columns})

    def keep(self, task: ColumnTask) -> tuple[str, ...]:
        """Keep the wordings of an approved task, by names made of its columns; the names that are new.

        A wording that is there already counts as used once more.
        """
        return tuple(name for column, spec in task.columns.items() if (name := self._keep(task, column, spec)))

    def add(self, name: str, spec: ColumnSpec) -> str:
        """Keep a wording under a name that a person chose. Raises TaskInvalid where another has it."""
        name = checked_name(name)
        if self._prompts is None:
            raise RuntimeError("a library without a store keeps nothing")
        there = _SHIPPED.get(name) or self._prompts.get(name)
        if there is not None and (name in _SHIPPED or self._entry_spec(name) != spec):
            raise TaskInvalid(
                f"{MARK}{name} is another wording already", hint="choose another name, or remove that one"
            )
        self._prompts.add(name, spec.intent, _contract(spec))
        return name

    def remove(self, name: str) -> str:
        """Raises TaskInvalid: there is none, or it ships."""
        entry = self.entry(name)
        if entry.ships or self._prompts is None:
            raise TaskInvalid(f"{MARK}{entry.name} ships with columnist and stays")
        self._prompts.remove(entry.name)
        return entry.name

    def _kept(self) -> Sequence[Prompt]:
        return self._prompts.list(_MOST) if self._prompts is not None else ()

    def _spec(self, spec: ColumnSpec) -> ColumnSpec:
        named = _REFERENCE.fullmatch(spec.intent)
        if named is None:
            return spec
        name, language = named["name"], named["language"]
        said = {field: getattr(spec, field) for field in spec.model_fields_set if field != "intent"}
        said = {field: value for field, value in said.items() if value not in (None, ())}
        shipped = _SHIPPED.get(_plain(name))
        if shipped is None:
            found = self.entry(name).spec
        elif (language or ENGLISH) not in shipped.intent:
            known = ", ".join(shipped.intent)
            raise TaskInvalid(f"{name} is not worded in {language}", hint=f"it is in {known}")
        else:
            found = shipped.spec(said_in=language or ENGLISH, labels=spec.labels, language=spec.language)
        return found.model_copy(update=said) if found is not None else spec

    def _keep(self, task: ColumnTask, column: str, spec: ColumnSpec) -> str | None:
        if self._prompts is None:
            return None
        for shipped in WORDINGS:
            if _is_of(shipped, spec):
                self._prompts.add(shipped.name, shipped.intent[ENGLISH], source=PromptSource.BUILT_IN)
                self._prompts.touch(shipped.name)
                return None
        for prompt in self._kept():
            if prompt.name not in _SHIPPED and _own(prompt).spec == spec:
                self._prompts.touch(prompt.name)
                return None
        taken = {prompt.name for prompt in self._kept()} | set(_SHIPPED)
        name = next(name for name in _names(task, column) if name not in taken)
        self._prompts.add(name, spec.intent, _contract(spec))
        self._prompts.touch(name)
        return name

    def _entry_spec(self, name: str) -> ColumnSpec | None:
        return self.entry(name).spec


def checked_name(name: str) -> str:
    """The name as it is kept. Raises TaskInvalid."""
    plain = _plain(name)
    if not _NAME.fullmatch(plain):
        raise TaskInvalid(f"{name!r} is no name for a wording", hint="letters, digits, - and _, a letter first")
    return plain


def _plain(name: str) -> str:
    return name.strip().removeprefix(MARK).casefold()


def _names(task: ColumnTask, column: str) -> Iterator[str]:
    """Names for the wording of a column, the shortest first."""
    parts = [re.sub(r"\W+", "_", part).strip("_").casefold() or "wording" for part in (column, task.into or task.table)]
    short, long = parts[0][: _MOST_CHARS - 8], "_".join(reversed(parts))[: _MOST_CHARS - 8]
    short, long = (name if name[0].isalpha() or name[0] == "_" else f"_{name}" for name in (short, long))
    yield short
    yield long
    number = 2
    while True:
        yield f"{short}_{number}"
        number += 1


def _is_of(wording: Wording, spec: ColumnSpec) -> bool:
    """Whether a column is worded exactly as the wording ships."""
    return not wording.needs_labels and any(wording.spec(said_in=language) == spec for language in wording.intent)


def _shipped(wording: Wording, used: Prompt | None) -> Entry:
    return Entry(
        name=wording.name,
        about=wording.about,
        spec=None if wording.needs_labels else wording.spec(),
        ships=True,
        used=used.used if used else 0,
    )


def _own(prompt: Prompt) -> Entry:
    try:
        spec = ColumnSpec.model_validate_json(prompt.spec_json).model_copy(update={"intent": prompt.intent})
    except ValidationError:
        # Kept by another version: its words still serve.
        spec = ColumnSpec.model_validate({"as": prompt.intent})
    return Entry(name=prompt.name, about=prompt.intent, spec=spec, ships=False, used=prompt.used)


def _contract(spec: ColumnSpec) -> str:
    return spec.model_dump_json(by_alias=True)
