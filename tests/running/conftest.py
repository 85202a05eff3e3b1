"""What the tests of this room share: a scripted server, a sitting, and the real weights."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.running.local_server import Behave, LocalServer
from tests.running.sitting import Sitting
from unseen.running._weights import fetch

_NOT_OURS = [
    "ignore:The 'initial' parameter is deprecated:DeprecationWarning",  # Inspect, of tenacity
    "ignore:Unclosed <MemoryObject:ResourceWarning",  # Inspect, after every sample
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Warnings are errors here too, but for those that Inspect itself gives rise to."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for text in _NOT_OURS:
                item.add_marker(pytest.mark.filterwarnings(text))


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Behave], LocalServer]]:
    """Starts a server that behaves so; the model ``openai-api/local/m`` is then found there."""
    servers: list[LocalServer] = []

    def start(behave: Behave) -> LocalServer:
        servers.append(LocalServer(behave))
        monkeypatch.setenv("LOCAL_BASE_URL", servers[-1].url)
        monkeypatch.setenv("LOCAL_API_KEY", "local-key")
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def sitting(tmp_path: Path) -> Iterator[Sitting]:
    yield Sitting(tmp_path / "logs")
    gc.collect()  # here, while Inspect's unclosed streams are forgiven, and not in somebody else's test


@pytest.fixture(scope="session")
def gguf() -> Path:
    """The real weights, fetched once and kept in the user's cache folder."""
    return fetch()
