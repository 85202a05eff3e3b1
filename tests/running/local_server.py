"""A real HTTP server that speaks the OpenAI protocol, well or badly, as a test tells it to."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What to send back: a text in a proper completion, or a raw body; after a delay; or nothing at all when ``hang``."""

    text: str = ""
    status: int = 200
    body: bytes | None = None
    delay: float = 0.0
    hang: bool = False
    finish: str = "stop"


Behave = Callable[[str], Reply]


class LocalServer:
    """Serves on a free loopback port from its own thread until closed. ``asked`` holds every prompt it was sent."""

    def __init__(self, behave: Behave) -> None:
        self.behave = behave
        self.asked: list[str] = []
        self.keys: set[str] = set()
        self.inspect: Callable[[dict[str, Any]], object] = lambda _: None
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def die(self) -> None:
        """Drop every connection and accept no more."""
        self._loop.call_soon_threadsafe(self._drop)

    def close(self) -> None:
        self.die()
        self._loop.call_soon_threadsafe(self._end)
        self._thread.join()
        self._loop.close()

    def _drop(self) -> None:
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    def _end(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.call_later(0.02, self._loop.stop)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while request := await self._read(reader):
                self.keys.add(request[0])
                await self._answer(writer, request[1])
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> tuple[str, dict[str, Any]]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
        return fields.get("authorization", ""), json.loads(await reader.readexactly(int(fields["content-length"])))

    async def _answer(self, writer: asyncio.StreamWriter, request: dict[str, Any]) -> None:
        prompt = request["messages"][-1]["content"]
        self.asked.append(prompt)
        self.inspect(request)
        reply = self.behave(prompt)
        await asyncio.sleep(3600 if reply.hang else reply.delay)
        body = completion(reply) if reply.body is None else reply.body
        writer.write(f"HTTP/1.1 {reply.status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()


def completion(reply: Reply) -> bytes:
    """A chat completion that says the text; 20 tokens in, 10 out."""
    return json.dumps(
        {
            "id": "x",
            "object": "chat.completion",
            "created": 0,
            "model": "m",
            "choices": [{"index": 0, "finish_reason": reply.finish, "message": {"role": "assistant", "content": reply.text}}],
            "usage": {"prompt_tokens": 20, "completion_tokens": 10, "total_tokens": 30},
        }
    ).encode()
