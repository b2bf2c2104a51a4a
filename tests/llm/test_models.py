"""Which model answers: roles, the name given on the command line, no model at all, servers on this machine."""

import subprocess
import sys
from decimal import Decimal

import pytest
from fakes import LoopbackOpenAI
from pydantic import SecretStr, ValidationError

from agent.llm.detect import KnownServer, LocalServer, local_servers
from agent.llm.errors import NoModel
from agent.llm.models import Models, Role
from agent.llm.offline.label import OFFLINE_LABEL
from agent.llm.settings import DEFAULT_FAST, DEFAULT_PRECISE, ModelPrice, ModelSettings

WITH_KEY = ModelSettings(api_key=SecretStr("sk-x"))
FOUND = LocalServer(name="Ollama", base_url="http://127.0.0.1:11434/v1", models=("qwen",))


def labels(settings: ModelSettings, override: str | None = None) -> tuple[str, str]:
    models = Models.build(settings, override=override)
    return models.label(Role.FAST), models.label(Role.PRECISE)


def test_roles_have_defaults_at_openai_and_stand_in_for_each_other() -> None:
    assert labels(WITH_KEY) == (DEFAULT_FAST, DEFAULT_PRECISE)
    assert labels(WITH_KEY.model_copy(update={"fast": "a"})) == ("a", "a")
    assert labels(WITH_KEY.model_copy(update={"precise": "b"})) == ("b", "b")
    assert labels(WITH_KEY.model_copy(update={"fast": "a", "precise": "b"})) == ("a", "b")
    assert labels(WITH_KEY.model_copy(update={"fast": "a"}), override="c") == ("c", "c")


def test_without_any_model_the_three_ways_to_connect_one_are_named() -> None:
    with pytest.raises(NoModel) as missing:
        Models.build(ModelSettings(), detect=lambda: ())
    hint = missing.value.hint or ""
    assert all(
        way in hint for way in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "COLUMNIST_MODEL", "Ollama", "offline rules")
    )


def test_a_local_server_is_offered_and_not_used() -> None:
    with pytest.raises(NoModel) as missing:
        Models.build(ModelSettings(), detect=lambda: (FOUND,))
    assert "OPENAI_BASE_URL=http://127.0.0.1:11434/v1 COLUMNIST_MODEL=qwen" in (missing.value.hint or "")


def test_an_endpoint_without_a_model_name_lists_what_it_has(openai_server: LoopbackOpenAI) -> None:
    with pytest.raises(NoModel, match="it has: small, large") as missing:
        Models.build(ModelSettings(base_url=openai_server.base_url))
    assert "COLUMNIST_MODEL" in (missing.value.hint or "")


def test_a_malformed_address_is_named() -> None:
    with pytest.raises(NoModel, match="OPENAI_BASE_URL"):
        Models.build(ModelSettings(base_url="ftp://x", fast="m"))


@pytest.mark.parametrize("how", [{"offline": True}, {"override": "offline"}])
def test_the_offline_rules_need_no_key_and_carry_their_label(how: dict[str, object]) -> None:
    models = Models.build(ModelSettings(), **how)  # type: ignore[arg-type]
    assert models.offline
    assert models.label(Role.FAST) == models.label(Role.PRECISE) == OFFLINE_LABEL
    answer = models.chat(Role.FAST).invoke("help")
    assert answer.response_metadata["model_name"] == OFFLINE_LABEL
    models.close()


def test_local_servers_are_found_on_their_ports(openai_server: LoopbackOpenAI) -> None:
    port = int(openai_server.root_url.rpartition(":")[2])
    unused = KnownServer(name="nobody", port=1)
    assert local_servers([unused, KnownServer(name="ours", port=port)]) == (
        LocalServer(name="ours", base_url=openai_server.base_url, models=("small", "large")),
    )


def test_the_cost_is_exact_and_unknown_without_a_price() -> None:
    settings = ModelSettings(prices={"m": ModelPrice(input=Decimal("0.15"), output=Decimal("0.60"))})
    assert settings.cost("m", 1_000_000, 500_000) == Decimal("0.45")
    assert settings.cost("other", 1, 1) is None


@pytest.mark.parametrize("wrong", [{"timeout_s": 0}, {"max_retries": -1}, {"unknown": 1}, {"temperature": 3}])
def test_settings_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ModelSettings.model_validate(wrong)


def test_settings_models_and_tokens_do_not_load_the_model_stack() -> None:
    code = (
        "import sys, agent.llm.settings, agent.llm.errors, agent.llm.tokens, agent.llm.models, agent.llm.detect;"
        "heavy = ('langchain_core', 'langchain_openai', 'openai', 'aiohttp', 'sqlglot');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
