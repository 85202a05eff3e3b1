"""One llama.cpp server in a process of its own: ``python -m unseen.running._server``, spoken to over stdin and stdout.

Its settings (the access token among them, which must not show in the process list) come as one JSON line on stdin; its
address goes back as one JSON line on stdout. It ends when stdin closes or its parent changes, so a parent killed with
``kill -9`` leaves nothing behind.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

_PARENT_CHECK_SECONDS = 1.0


def main() -> None:
    """Serve until the parent is gone."""
    parent = os.getppid()
    settings: dict[str, Any] = json.loads(sys.stdin.readline())
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    _send_output_to(settings["log"])
    try:
        import xllamacpp

        server = xllamacpp.Server(_parameters(xllamacpp, settings))
        reply = {"address": server.listening_address}
    except Exception as error:
        server, reply = None, {"error": f"{type(error).__name__}: {error}"}
    answer.write(json.dumps(reply) + "\n")
    answer.close()
    if server is None:
        os._exit(1)
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    while os.getppid() == parent:  # a forked sibling may hold the pipe open after the parent is gone
        time.sleep(_PARENT_CHECK_SECONDS)
    os._exit(0)


def _parameters(xllamacpp: Any, settings: dict[str, Any]) -> Any:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = settings["model"]
    parameters.n_parallel = settings["slots"]
    parameters.n_ctx = settings["slots"] * settings["context"]
    _make_repeatable(xllamacpp, parameters)
    parameters.cpuparams.n_threads = 1  # two compute threads in one server collapse on a busy machine
    parameters.cpuparams_batch.n_threads = 1
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0  # the system picks a free port and holds it: no race between finding one and binding it
    parameters.api_keys = [settings["token"]]
    parameters.ui = False
    parameters.endpoint_slots = False  # would show one client's prompts to another
    parameters.cache_prompt = True
    parameters.cache_ram_mib = 0  # prefixes live in the slots; the extra store in RAM may grow to 8 GB
    return parameters


def _make_repeatable(xllamacpp: Any, parameters: Any) -> None:
    """Have a reply depend as little as can be on what else is being answered.

    Shared context, flash attention and repacked weights each sum in an order that depends on the other slots. Without them, replies at
    temperature 0 are the same in (almost) any company, at the same speed.
    """
    parameters.kv_unified = False
    parameters.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    parameters.no_extra_bufts = True


def _send_output_to(log: str) -> None:
    """Everything the native code prints goes to the log file."""
    sys.stdout.flush()
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(target, 1)
    os.dup2(target, 2)
    os.close(target)


def _end_with_stdin() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
