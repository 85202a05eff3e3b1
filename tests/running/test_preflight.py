"""Whatever is wrong with a model string is found before anything is asked, and said in one line with its remedy."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running.local_server import Behave, LocalServer, Reply
from tests.running.sitting import IMPATIENT, KEYS, MODEL, SUMS, Sitting, knows
from unseen.errors import ExamineeError, PlanError, UnseenError

Serve = Callable[[Behave], LocalServer]


def refused(sitting: Sitting, models: list[str], **plan: object) -> str:
    """The one line that says why nothing was asked."""
    with pytest.raises(UnseenError) as caught:
        sitting.ask(SUMS[:2], models, **plan)
    assert sitting.outcomes == []
    assert not sitting.log_dir.exists() or not list(sitting.log_dir.iterdir())
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 600
    return message


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("gpt-4o", "names no provider; write provider/model, such as openai/gpt-4o"),
        ("opnai/gpt-4o", "no provider 'opnai'; did you mean openai"),
        ("openai/", "names no provider"),
        ("unseen/smollm3", "there are unseen/smollm2 and gguf:/path/to/model.gguf"),
        ("gguf:/nowhere/model.gguf", "cannot read the model file /nowhere/model.gguf"),
        ("simulated/nobody", "simulated"),
    ],
)
def test_a_model_that_does_not_exist_is_named_with_the_nearest_that_does(sitting: Sitting, model: str, says: str) -> None:
    assert says in refused(sitting, [model])


def test_a_missing_key_is_named(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert "OPENAI_API_KEY" in refused(sitting, ["openai/gpt-4o"])
    monkeypatch.delenv("ELSEWHERE_API_KEY", raising=False)
    assert "ELSEWHERE_API_KEY" in refused(sitting, ["openai-api/elsewhere/m"])


def test_a_missing_provider_package_comes_with_the_command_that_installs_it(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "x")
    message = refused(sitting, ["groq/llama"])
    assert "pip install groq" in message


def test_an_address_where_nobody_listens_is_named(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    monkeypatch.setenv("LOCAL_BASE_URL", address)
    monkeypatch.setenv("LOCAL_API_KEY", "k")
    message = refused(sitting, [MODEL])
    assert f"cannot reach {address}" in message
    assert "is it running" in message


def test_a_server_that_never_answers_is_unreachable(serve: Serve, sitting: Sitting) -> None:
    sitting.patience = IMPATIENT
    serve(lambda _: Reply(hang=True))
    assert "cannot reach" in refused(sitting, [MODEL])


@pytest.mark.parametrize(("status", "remedy"), [(401, "check its API key"), (403, "may not use"), (404, "check the model's name")])
def test_a_refusal_comes_with_its_remedy_and_without_the_key(serve: Serve, sitting: Sitting, status: int, remedy: str) -> None:
    serve(lambda _: Reply(status=status, body=b'{"error": {"message": "no: api_key=sk-abcdef123456 is wrong"}}'))
    message = refused(sitting, [MODEL])
    assert f"answered {status}: " in message
    assert remedy in message
    assert "abcdef123456" not in message


def test_a_model_that_merely_stumbles_over_the_greeting_is_asked_all_the_same(serve: Serve, sitting: Sitting) -> None:
    serve(lambda prompt: knows(prompt) if prompt in KEYS else Reply(status=500, body=b"{}"))
    sitting.ask(SUMS[:2])
    assert len(sitting.outcomes) == 2


def test_one_bad_model_of_several_stops_all_before_any_is_asked(serve: Serve, sitting: Sitting) -> None:
    server = serve(knows)
    refused(sitting, [MODEL, "gguf:/nowhere/model.gguf"])
    assert [prompt for prompt in server.asked if prompt in KEYS] == []


def test_a_budget_in_dollars_needs_a_known_price(serve: Serve, sitting: Sitting) -> None:
    serve(knows)
    with pytest.raises(PlanError, match="price of openai-api/local/m; state it in a file"):
        sitting.ask(SUMS[:2], budget={"cost": 1.0})


def test_a_stated_price_is_charged_and_its_limit_kept(
    serve: Serve, sitting: Sitting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    serve(knows)
    stated = tmp_path / "prices.yaml"
    stated.write_text("openai-api/local/m: {input: 1.0, output: 4.0, input_cache_write: 1.0, input_cache_read: 0.1}")
    monkeypatch.setenv("INSPECT_EVAL_MODEL_COST_CONFIG", str(stated))
    run = sitting.ask(SUMS, budget={"cost": 0.001}, max_tokens=20).runs[0]
    assert [o.cost for o in sitting.outcomes] == [pytest.approx(20 * 1e-6 + 10 * 4e-6)] * len(sitting.outcomes)
    assert run.cost is not None
    assert 0.0006 < run.cost <= 0.001


def test_a_price_file_that_cannot_be_read_is_named(serve: Serve, sitting: Sitting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    serve(knows)
    monkeypatch.setenv("INSPECT_EVAL_MODEL_COST_CONFIG", str(tmp_path / "none.yaml"))
    assert "none.yaml" in refused(sitting, [MODEL], budget={"cost": 1.0})


def test_a_gguf_file_that_is_cut_short_stops_all_before_anything_is_asked(sitting: Sitting, tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF" + b"\x00" * 64)
    with pytest.raises(ExamineeError, match="cannot serve"):
        sitting.ask(SUMS[:2], [f"gguf:{path}"])
