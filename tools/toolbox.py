"""The tools on offer, listed by hand, and how a model's call becomes a typed one.

A tool is a typed function whose docstring is what the model reads; its parameters become the JSON schema.
Further tools (those of skills) are added by whoever wires the application.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from tools.context import ToolContext
from tools.data_modify import DATA_CHANGES, data_modify
from tools.data_profile import data_profile
from tools.ddl_execute import STRUCTURE_CHANGES, ddl_execute
from tools.errors import ToolError
from tools.explain_plan import explain_plan
from tools.query_execute import READS, query_execute
from tools.safety.pending import Outcome
from tools.schema_inspect import schema_inspect
from tools.settings import Mode
from tools.sql.statement import Kind
from tools.transaction import transaction


@dataclass(frozen=True, kw_only=True)
class Instructions:
    """What a tool says to the model in our own name, not as data of others."""

    text: str
    tools: tuple[str, ...] | None = None  # the only ones to be used in the rest of the turn; None: as before


ToolAnswer: TypeAlias = Outcome | Instructions | str


class CallInvalid(ToolError):
    """The tool call cannot be understood."""


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One tool. `changes`: the kinds of statement it writes; such calls of one model turn are asked about together."""

    name: str
    description: str
    arguments: type[BaseModel]
    function: Callable[..., ToolAnswer]
    takes: frozenset[Kind] = frozenset()  # the kinds of statement that its `sql` may be; empty: any, or it has none
    changes: frozenset[Kind] = frozenset()
    operate_only: bool = False  # not offered in `ask` mode, where the door would refuse whatever it does
    declined: Callable[..., None] | None = None  # called like the function when a person said no to what it asked

    @classmethod
    def of(
        cls,
        function: Callable[..., ToolAnswer],
        *,
        takes: frozenset[Kind] = frozenset(),
        changes: frozenset[Kind] = frozenset(),
        operate_only: bool = False,
        declined: Callable[..., None] | None = None,
    ) -> "Tool":
        name = function.__name__
        return cls(
            name=name,
            description=inspect.getdoc(function) or "",
            arguments=_arguments_of(function),
            function=function,
            takes=takes | changes,
            changes=changes,
            operate_only=operate_only,
            declined=declined,
        )

    def schema(self) -> Mapping[str, object]:
        """The definition as sent to a model, in the form of OpenAI's tools."""
        parameters = self.arguments.model_json_schema()
        for key in ("title", "description"):
            parameters.pop(key, None)
        properties = parameters.get("properties", {})
        parameters["properties"] = {name: _plain(one) for name, one in properties.items()}
        function = {"name": self.name, "description": self.description, "parameters": parameters}
        return {"type": "function", "function": function}

    def parse(self, arguments: Mapping[str, object]) -> Mapping[str, object]:
        """The call's arguments, checked; raises CallInvalid with what is expected."""
        try:
            parsed = self.arguments.model_validate(dict(arguments))
        except ValidationError as error:
            raise CallInvalid(f"{self.name}: {_problems(error)}", hint=self.expected()) from None
        return {name: getattr(parsed, name) for name in type(parsed).model_fields}

    def run(self, arguments: Mapping[str, object], ctx: ToolContext) -> ToolAnswer:
        return self.function(**arguments, ctx=ctx)

    def decline(self, arguments: Mapping[str, object], ctx: ToolContext) -> None:
        """A person said no to what this call asked."""
        if self.declined is not None:
            self.declined(**arguments, ctx=ctx)

    def expected(self) -> str:
        """The arguments in words."""
        fields = self.arguments.model_fields.items()
        names = (name if field.is_required() else f"{name} (optional)" for name, field in fields)
        return f"{self.name} takes: {', '.join(names)}"


@dataclass(frozen=True, kw_only=True)
class Toolbox:
    """The tools of one application, by name."""

    tools: Mapping[str, Tool]

    @classmethod
    def standard(cls, extra: Iterable[Tool] = ()) -> "Toolbox":
        tools = (
            Tool.of(schema_inspect),
            Tool.of(query_execute, takes=READS),
            Tool.of(data_modify, changes=DATA_CHANGES, operate_only=True),
            Tool.of(ddl_execute, changes=STRUCTURE_CHANGES, operate_only=True),
            Tool.of(transaction, operate_only=True),
            Tool.of(explain_plan),
            Tool.of(data_profile),
            *extra,
        )
        return cls(tools={tool.name: tool for tool in tools})

    def get(self, name: str) -> Tool:
        tool = self.tools.get(name)
        if tool is None:
            raise CallInvalid(f"there is no tool {name!r}", hint=f"the tools are: {', '.join(self.tools)}")
        return tool

    def check_kind(self, tool: Tool, kind: Kind) -> None:
        """Raises CallInvalid, naming the tool to call, when the statement is not of this one's kinds."""
        if not tool.takes or kind in tool.takes:
            return
        other = next((other.name for other in self.tools.values() if kind in other.takes), None)
        if kind is Kind.TRANSACTION:
            other = transaction.__name__
        raise CallInvalid(f"{tool.name} does not run {kind.upper()}", hint=f"call {other} for it" if other else None)

    def offered(self, mode: Mode, allowed: Sequence[str] | None = None) -> tuple[Tool, ...]:
        """What a model is shown. `allowed` (of the skill in use) only narrows."""
        return tuple(
            tool
            for tool in self.tools.values()
            if (mode is Mode.OPERATE or not tool.operate_only) and (allowed is None or tool.name in allowed)
        )


def _plain(schema: dict[str, object]) -> dict[str, object]:
    """Without what only costs tokens: titles, and that an optional argument may also be null."""
    kept = {key: value for key, value in schema.items() if key != "title" and not (key == "default" and not value)}
    choices = kept.get("anyOf")
    if isinstance(choices, list):
        real = [choice for choice in choices if choice != {"type": "null"}]
        if len(real) == 1:
            del kept["anyOf"]
            kept |= real[0]
    return kept


def _arguments_of(function: Callable[..., ToolAnswer]) -> type[BaseModel]:
    parameters = [item for item in inspect.signature(function).parameters.values() if item.name != "ctx"]
    hints = inspect.get_annotations(function, eval_str=True)
    fields = {
        item.name: (hints[item.name], ... if item.default is inspect.Parameter.empty else item.default)
        for item in parameters
    }
    return create_model(function.__name__, __base__=_Arguments, **fields)  # type: ignore[call-overload,no-any-return]


def _problems(error: ValidationError) -> str:
    words = {"missing": "is missing", "extra_forbidden": "is not an argument of this tool"}
    problems = (
        f"{'.'.join(str(part) for part in item['loc']) or 'arguments'} {words.get(item['type'], item['msg'])}"
        for item in error.errors(include_url=False, include_input=False, include_context=False)
    )
    return "; ".join(problems)
