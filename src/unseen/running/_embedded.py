"""The model provider ``unseen/…`` for Inspect: GGUF files served on loopback by Unseen itself.

``unseen/smollm2`` is the embedded model; ``unseen/gguf:/path/to/any.gguf`` serves any other file the same way.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import httpx
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    GenerateConfig,
    ModelAPI,
    ModelCall,
    ModelOutput,
    ModelUsage,
    StopReason,
)
from inspect_ai.tool import ToolChoice, ToolInfo

from unseen.errors import ExamineeError
from unseen.running._servers import Server, ServerLostError, close_shared_pool, shared_pool
from unseen.running._weights import SMOLLM2, Say, fetch

REPLY_TOKENS = 96  # at some 80 tokens a second, a rambling reply must end somewhere
GGUF = "gguf:"
_AT_ONCE = 2  # questions per server: one thread answers eight together no faster than two, but each of them four times later
_STOP_REASONS: dict[str, StopReason] = {"stop": "stop", "length": "max_tokens", "context": "model_length"}
_NO_ROOM: dict[str, Any] = {  # the prompt does not fit the context: the model's limit, so an answer that says nothing
    "choices": [{"message": {"content": ""}, "finish_reason": "context"}],
    "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
}


def gguf_of(model_name: str, say: Say = lambda _: None) -> Path:
    """The file behind a model name (``smollm2`` or ``gguf:/path``), fetched if need be. Raises :class:`ExamineeError`."""
    if model_name == SMOLLM2.name:
        return fetch(say=say)
    if model_name.startswith(GGUF):
        return Path(model_name.removeprefix(GGUF)).expanduser().resolve()
    raise ExamineeError(f"no embedded model '{model_name}'; there are unseen/{SMOLLM2.name} and gguf:/path/to/model.gguf")


class EmbeddedAPI(ModelAPI):
    """Chat completions from the shared pool of local servers, started with the first question."""

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig = GenerateConfig(),  # noqa: B008  (Inspect passes it by this name and default)
        **model_args: Any,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config)
        self.gguf = gguf_of(model_name)
        self._client: httpx.AsyncClient | None = None

    async def generate(
        self, input: list[ChatMessage], tools: list[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
    ) -> tuple[ModelOutput, ModelCall]:
        request = self._request(input, config)
        reply = await self._post(request)
        return self._output(reply), ModelCall.create(request, reply)

    async def _post(self, request: dict[str, Any]) -> dict[str, Any]:
        """Ask the least busy server; when it dies over the question, ask once more, of its successor."""
        pool = shared_pool(self.gguf)
        for attempt in (1, 2):
            if not pool.whole:
                await anyio.to_thread.run_sync(pool.start)
            with pool.lease() as server:
                try:
                    return await self._ask(server, request)
                except httpx.TransportError as error:
                    if not await anyio.to_thread.run_sync(server.ends) and attempt == 2:
                        raise
                    failure = error
        raise ServerLostError(f"the server of {self.gguf.name} went away: {failure}")

    async def _ask(self, server: Server, request: dict[str, Any]) -> dict[str, Any]:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=None, limits=httpx.Limits(max_connections=None), trust_env=False)
        url = f"{server.address}/v1/chat/completions"
        response = await self._client.post(url, json=request, headers={"Authorization": f"Bearer {server.token}"})
        if response.status_code == 400 and "exceed_context" in response.text:
            return _NO_ROOM
        response.raise_for_status()
        reply: dict[str, Any] = response.json()
        return reply

    def _request(self, input: list[ChatMessage], config: GenerateConfig) -> dict[str, Any]:
        return {
            "messages": [{"role": message.role, "content": message.text} for message in input],
            "max_tokens": config.max_tokens or REPLY_TOKENS,
            "temperature": config.temperature or 0.0,
            "seed": config.seed or 0,
            "cache_prompt": True,
        } | ({"top_p": config.top_p} if config.top_p is not None else {})

    def _output(self, reply: dict[str, Any]) -> ModelOutput:
        choice, usage = reply["choices"][0], reply["usage"]
        cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens", 0)
        message = ChatMessageAssistant(content=choice["message"].get("content") or "", model=self.model_name, source="generate")
        return ModelOutput(
            model=self.model_name,
            choices=[ChatCompletionChoice(message=message, stop_reason=_STOP_REASONS.get(choice["finish_reason"], "unknown"))],
            usage=ModelUsage(
                input_tokens=usage["prompt_tokens"] - cached,
                output_tokens=usage["completion_tokens"],
                total_tokens=usage["total_tokens"],
                input_tokens_cache_read=cached,
                total_cost=0.0,
            ),
        )

    def should_retry(self, ex: Exception) -> bool:
        return isinstance(ex, httpx.TransportError) or (isinstance(ex, httpx.HTTPStatusError) and ex.response.status_code >= 500)

    def max_tokens(self) -> int | None:
        return REPLY_TOKENS

    def max_connections(self) -> int:
        pool = shared_pool(self.gguf)
        return pool.count * min(pool.slots, _AT_ONCE)

    def connection_key(self) -> str:
        return str(self.gguf)

    def collapse_user_messages(self) -> bool:
        return True

    async def aclose(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()
        await anyio.to_thread.run_sync(close_shared_pool, self.gguf)

    def close(self) -> None:
        close_shared_pool(self.gguf)
