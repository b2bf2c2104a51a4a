"""The composition root: settings become an application, and nothing else wires.

Light to import and quick to build: databases connect when first used, the model stack loads at the first
question or in `warm_up`'s thread. Typed SQL needs only the door. `close` ends everything, open transactions included.
"""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agent.database_choice import choose_database, database_named
from agent.settings import ConfigError, Settings, start_mode
from memory.principal import LOCAL, Principal
from tools.settings import DatabaseSettings, Mode

if TYPE_CHECKING:  # these load SQLAlchemy, sqlglot and the model stack; a prompt is shown before that
    from agent.conversation import Conversation
    from agent.filling import Filling
    from agent.graph import GraphLoop
    from agent.llm.models import Models
    from memory.store import StateStore
    from skills.ai_column.job_control import JobControl
    from skills.loader import Skills
    from tools.safety.gate import Gate
    from tools.toolbox import Toolbox

CHECKPOINTS = "checkpoints.db"


def utc_now() -> datetime:
    return datetime.now(UTC)


class App:
    """One running program: its stores, databases, models and conversations."""

    def __init__(
        self,
        settings: Settings,
        store: "StateStore",
        target: DatabaseSettings | None,
        *,
        offline: bool,
        models: "Models | None",
        clock: Callable[[], datetime],
        project: Path,
    ) -> None:
        from memory.approvals import ApprovalStore
        from memory.audit import AuditLog
        from memory.sessions import Sessions
        from memory.spend import Spend
        from memory.undo_log import UndoLog

        self.settings = settings
        self.store = store
        self.target = target
        self.audit: AuditLog = AuditLog(store)
        self.approvals: ApprovalStore = ApprovalStore(store)
        self.undo_log: UndoLog = UndoLog(store)
        self.sessions: Sessions = Sessions(store)
        self.spend: Spend = Spend(store)
        self.clock = clock
        self.config_file: Path | None = None  # named on the command line
        self._offline = offline
        self._project = project
        # One lock each: the loop takes seconds to build, and a typed statement must not wait for it.
        self._gates_lock, self._models_lock, self._loop_lock = threading.Lock(), threading.Lock(), threading.Lock()
        self._closed = False
        self._closing = ExitStack()
        self._closing.callback(store.close)
        self._gates: dict[str, Gate] = {}
        self._models = models
        self._loop: GraphLoop | None = None
        self._skills: Skills | None = None

    @classmethod
    def build(
        cls,
        settings: Settings,
        *,
        url: str | None = None,
        offline: bool = False,
        models: "Models | None" = None,
        clock: Callable[[], datetime] = utc_now,
        project: Path | None = None,
    ) -> "App":
        """Open the state store and choose the database: `url` (or a configured name), else the settings' own.

        `models` replaces those of the settings; whoever made them closes them.
        """
        from memory.store import StateStore

        state_url = settings.state.url.get_secret_value() if settings.state.url else None
        store = StateStore.open(state_url)
        return cls(
            settings,
            store,
            choose_database(settings, url),
            offline=offline,
            models=models,
            clock=clock,
            project=project or Path.cwd(),
        )

    def gate(self, name: str | None = None) -> "Gate":
        """The one door to a database; by default to the chosen one. Opens nothing until it is used."""
        database = database_named(self.settings, self.target, name)
        with self._gates_lock:
            if database.name not in self._gates:
                self._gates[database.name] = self._build_gate(database)
            return self._gates[database.name]

    @property
    def models(self) -> "Models":
        """Raises NoModel, with the ways to connect one."""
        from agent.llm.models import Models

        with self._models_lock:
            if self._models is None:
                self._models = Models.build(self.settings.models, offline=self._offline, override=self.settings.model)
                self._closing.callback(self._models.close)
            return self._models

    def use_model(self, name: str) -> str:
        """Change the model of every role for the rest of this program; returns its label."""
        from agent.llm.models import Models, Role

        chosen = Models.build(self.settings.models, override=name)
        with self._models_lock:
            self._models = chosen
            self._closing.callback(chosen.close)
        return chosen.label(Role.PRECISE)

    @property
    def skills(self) -> "Skills":
        from skills.loader import SkillFolders, Skills

        if self._skills is None:
            self._skills = Skills(SkillFolders.standard(self._project))
        return self._skills

    @property
    def filling(self) -> "Filling":
        """How columns are filled here."""
        from agent.filling import Filling
        from memory.jobs import JobStore
        from memory.prompts import PromptLibrary
        from skills.ai_column.library import Library

        return Filling(
            jobs=JobStore(self.store),
            library=Library(PromptLibrary(self.store)),
            spend=self.spend,
            models=lambda: self.models,
            settings=self.settings.fill,
            prices=self.settings.models.prices,
            embedding_texts=self.settings.models.embedding_texts,
            quality=self.settings.quality,
        )

    @property
    def loop(self) -> "GraphLoop":
        """The model's loop; loads the model stack the first time."""
        with self._loop_lock:
            if self._loop is None:
                self._loop = self._build_loop()
                # Closed meanwhile: a person may leave before the model stack has loaded.
                if self._closed:
                    self._loop.close()
                else:
                    self._closing.callback(self._loop.close)
            return self._loop

    def conversation(
        self,
        *,
        surface: Mode = Mode.OPERATE,
        mode: Mode | None = None,
        database: str | None = None,
        session_id: str | None = None,
        principal: Principal = LOCAL,
    ) -> "Conversation":
        """A new session, or the one named by `session_id` (then call `resume`)."""
        from agent.conversation import Conversation, ConversationParts

        chosen = database_named(self.settings, self.target, database)
        start = start_mode(self.settings.safety, chosen.environment, surface, mode)
        gate = self.gate(chosen.name)
        identity = gate.database
        if session_id is None:
            session_id = self.sessions.create(identity, start.value)
        else:
            self._check_session(session_id, identity)
        parts = ConversationParts(
            gate=gate,
            database=chosen.name,
            session_id=session_id,
            principal=principal,
            safety=self.settings.safety,
            loop=lambda: self.loop,
        )
        return Conversation(parts, start)

    def warm_up(self) -> threading.Thread:
        """Load the model stack in the background. What is missing is said at the first question."""
        thread = threading.Thread(target=self._warm, name="warm-up", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        self._closed = True
        self._closing.close()

    def _warm(self) -> None:
        from agent.llm.errors import ModelError
        from memory.errors import MemoryFailure

        try:
            self.loop.load()
        except (ModelError, MemoryFailure):
            return  # `ask` raises it again, where a person reads it

    def _build_gate(self, chosen: DatabaseSettings) -> "Gate":
        from tools.db.database import Database
        from tools.db.limits import SessionLimits
        from tools.db.schema import SchemaCache
        from tools.db.url import parse_url
        from tools.safety.gate import Gate

        safety = self.settings.safety
        database: Database = Database(parse_url(chosen.url), SessionLimits.build(safety))
        self._closing.callback(database.close)
        schema = SchemaCache(database, self.settings.schema_.ttl_seconds, self.clock)
        gate = Gate(database, schema, safety, self.audit, self.approvals, self.undo_log, self.clock)
        self._closing.callback(gate.close)
        return gate

    def _build_loop(self) -> "GraphLoop":
        from agent.graph import GraphLoop, LoopParts

        parts = LoopParts(
            models=lambda: self.models,
            toolbox=self._toolbox(),
            skills=self.skills,
            chat=self.settings.chat,
            prices=self.settings.models,
            spend=self.spend,
            sessions=self.sessions,
            approvals=self.approvals,
            clock=self.clock,
        )
        return GraphLoop.open(self._checkpoints(), parts)

    def _toolbox(self) -> "Toolbox":
        from skills.ai_column.jobs_tool import jobs_tool
        from skills.ai_column.tool import fill_tool
        from skills.skill_tool import skill_tool
        from tools.toolbox import Toolbox

        fill = fill_tool(lambda gate, caller: self.filling.services(gate, caller), self.fill_in_background)
        return Toolbox.standard([skill_tool(self.skills), fill, jobs_tool(self.job_control)])

    @property
    def job_control(self) -> "JobControl":
        from skills.ai_column.job_control import JobControl

        return JobControl(jobs=self.filling.jobs, background=self.fill_in_background)

    def fill_in_background(self, job_id: str, gate: "Gate") -> None:
        """Go on with a job in a process of its own, on the same database, store, model and configuration."""
        from agent import background
        from agent.llm.models import Role
        from agent.llm.offline.label import OFFLINE_NAME

        name = next(name for name, opened in self._gates.items() if opened is gate)
        knows = background.environment(
            database_named(self.settings, self.target, name).url,
            self.settings.state.url.get_secret_value() if self.settings.state.url else None,
            self.config_file,
            OFFLINE_NAME if self.models.offline else self.models.label(Role.FAST),
        )
        background.start(job_id, knows)

    def _checkpoints(self) -> Path:
        """Beside the state store; in the user's state folder when the store is on a server."""
        from platformdirs import user_state_path

        folder = self.store.path.parent if self.store.path else user_state_path("columnist", ensure_exists=True)
        return folder / CHECKPOINTS

    def _check_session(self, session_id: str, identity: str) -> None:
        known = self.sessions.get(session_id)
        if known is None:
            raise ConfigError(f"there is no session {session_id}")
        if known.database != identity:
            raise ConfigError(f"session {session_id} belongs to another database: {known.database}")
