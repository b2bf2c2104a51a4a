"""Finding the right address: a missing, superfluous or too long path is mended once; the key goes nowhere else."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from fakes import LoopbackOpenAI
from pydantic import SecretStr

from agent.llm.endpoint import NO_KEY, Endpoint, Listing, list_models, tidy
from agent.llm.models import Models, Role
from agent.llm.settings import ModelSettings


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://localhost:11434/v1/", "http://localhost:11434/v1"),
        (" https://api.example.com/v1/chat/completions ", "https://api.example.com/v1"),
        ("https://api.example.com/v1/models", "https://api.example.com/v1"),
        ("localhost:1234", "http://localhost:1234"),
        ("127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        ("api.example.com/v1", "https://api.example.com/v1"),
    ],
)
def test_an_address_is_read_as_people_write_it(written: str, meant: str) -> None:
    assert tidy(written) == meant


def test_another_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="http"):
        tidy("file:///etc/passwd")
    with pytest.raises(ValueError, match="names no host"):
        tidy("/v1")


@pytest.mark.parametrize("prefix", ["/v1", ""])
@pytest.mark.parametrize("given", ["", "/v1", "/v1/chat/completions", "/"])
def test_a_missing_or_superfluous_v1_is_mended(openai_server: LoopbackOpenAI, prefix: str, given: str) -> None:
    openai_server.prefix = prefix
    endpoint = Endpoint(openai_server.root_url + given, None)
    assert endpoint.base_url == openai_server.base_url
    asked = openai_server.listings
    assert endpoint.base_url == openai_server.base_url
    assert openai_server.listings == asked


def test_a_mended_address_answers_the_chat(openai_server: LoopbackOpenAI) -> None:
    models = Models.build(ModelSettings(base_url=openai_server.root_url, fast="small"))
    assert "Hello" in str(models.chat(Role.FAST).invoke("hi").content)
    assert openai_server.requests[0].headers["authorization"] == f"Bearer {NO_KEY}"
    models.close()


def test_a_refused_key_still_shows_that_the_address_is_right(openai_server: LoopbackOpenAI) -> None:
    openai_server.api_key = "right"
    assert Endpoint(openai_server.root_url, "wrong").base_url == openai_server.base_url


def test_an_address_that_does_not_list_models_is_used_as_given() -> None:
    answers = {"http://a/x": Listing(status=404, models=None), "http://a/x/v1": Listing(status=404, models=None)}
    assert Endpoint("http://a/x", None, ask=lambda url, _key, _timeout: answers[url]).base_url == "http://a/x"


def test_an_address_without_an_answer_is_asked_once_and_used_as_given() -> None:
    asked = []

    def nobody(url: str, _key: str, _timeout: float) -> Listing:
        asked.append(url)
        return Listing(status=None, models=None)

    assert Endpoint("http://a", None, ask=nobody).base_url == "http://a"
    assert asked == ["http://a"]


def test_a_page_of_html_is_no_endpoint() -> None:
    answers = {"http://a": Listing(status=200, models=None), "http://a/v1": Listing(status=200, models=("m",))}
    assert Endpoint("http://a", None, ask=lambda url, _key, _timeout: answers[url]).base_url == "http://a/v1"


@pytest.fixture
def redirect_to(openai_server: LoopbackOpenAI) -> Iterator[str]:
    class Redirect(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", f"{openai_server.base_url}/models")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Redirect)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_redirect_does_not_carry_the_key_along(openai_server: LoopbackOpenAI, redirect_to: str) -> None:
    openai_server.api_key = "secret"
    assert list_models(redirect_to, "secret", 1.0) == Listing(status=401, models=None)


def test_the_key_is_not_in_the_representation_of_anything() -> None:
    endpoint = Endpoint("http://a/v1", "sk-very-secret")
    settings = ModelSettings(api_key=SecretStr("sk-very-secret"))
    assert "sk-very-secret" not in f"{endpoint!r} {settings!r} {settings.model_dump_json()}"
    assert endpoint.redact("your key sk-very-secret is bad") == "your key *** is bad"
