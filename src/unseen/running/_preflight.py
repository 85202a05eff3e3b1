"""Everything that can be wrong with a model string, found out before anything is asked."""

from __future__ import annotations

import difflib
import re
from io import StringIO

from inspect_ai.model import GenerateConfig, Model, get_model

from unseen.errors import ExamineeError, UnseenError
from unseen.running._embedded import gguf_of
from unseen.running._failures import causes, infrastructure_reason, one_line, status_of
from unseen.running._servers import require_gguf, require_xllamacpp
from unseen.running._weights import Say

_REMEDIES = {
    401: "check its API key",
    402: "the account has no credit left",
    403: "the API key may not use this model",
    404: "check the model's name; the provider does not know it",
}
_PROBE = "Say OK."
_PROBE_TOKENS = 16  # some providers refuse smaller caps


def connect(model: str, say: Say = lambda _: None) -> Model:
    """Inspect's model behind a model string. Raises :class:`ExamineeError` with the remedy when there is none."""
    from inspect_ai._util.error import PrerequisiteError

    name = inspect_name(model)
    provider, slash, rest = name.partition("/")
    if not slash or not rest:
        raise ExamineeError(
            f"model '{model}' names no provider; write provider/model, such as openai/{model or 'gpt-4o'} or ollama/llama3.2"
        )
    known = providers()
    if provider not in known:
        near = difflib.get_close_matches(provider, known, n=2, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(known)}"
        raise ExamineeError(f"model '{model}': no provider '{provider}'; {hint}")
    if provider == "unseen":
        require_xllamacpp()
        require_gguf(gguf_of(rest, say))
    try:
        return get_model(name, memoize=False)
    except UnseenError:
        raise
    except PrerequisiteError as error:
        raise ExamineeError(f"model '{model}': {_plain(error.message)}") from None
    except Exception as error:
        raise ExamineeError(f"model '{model}': {infrastructure_reason(error)}") from None


async def probe(model: str, connected: Model, seconds: int) -> None:
    """Ask one tiny question. Raises :class:`ExamineeError` when the answer shows that no other would be answered.

    A server that is merely overloaded, or dislikes this question, passes: the run itself retries.
    """
    config = GenerateConfig(max_tokens=_PROBE_TOKENS, max_retries=0, attempt_timeout=seconds)
    try:
        await connected.generate(_PROBE, config=config)
    except UnseenError:
        raise
    except Exception as error:
        if (status := status_of(error)) is not None:
            if status in _REMEDIES:
                raise ExamineeError(f"model '{model}': the provider answered {status}: {_REMEDIES[status]} ({_said(error)})") from None
        elif _is_silence(error):
            where = getattr(connected.api, "base_url", None) or "its server"
            raise ExamineeError(
                f"model '{model}': cannot reach {where} ({_said(error)}); is it running, and is the address right?"
            ) from None


def inspect_name(model: str) -> str:
    """The model string as Inspect knows it: ``gguf:/path`` becomes ``unseen/gguf:/path``."""
    return f"unseen/{model}" if model.startswith("gguf:") else model


def providers() -> list[str]:
    """Every provider that model strings may name, in alphabetical order."""
    from inspect_ai._util.registry import registry_find, registry_unqualified_name

    import unseen.running._provider  # noqa: F401  (registers ours)

    return sorted({registry_unqualified_name(found) for found in registry_find(lambda info: info.type == "modelapi")} | {"simulated"})


def _is_silence(error: Exception) -> bool:
    """Whether nobody answered at all."""
    names = {type(cause).__name__ for cause in causes(error)}
    silent = {"ConnectError", "ConnectTimeout", "APIConnectionError", "APITimeoutError", "AttemptTimeoutError", "ServerLostError"}
    return bool(names & silent) or any(isinstance(cause, ConnectionError | TimeoutError) for cause in causes(error))


def _said(error: Exception) -> str:
    return infrastructure_reason(error)


def _plain(message: object) -> str:
    """Inspect's own words, without colours, on one line."""
    from rich.console import Console

    if not isinstance(message, str):
        console = Console(file=StringIO(), width=10_000, color_system=None)
        console.print(message)
        message = console.file.getvalue()  # type: ignore[attr-defined]
    return one_line(re.sub(r"\[/?[a-z ]+\]", "", str(message)).removeprefix("ERROR: "))
