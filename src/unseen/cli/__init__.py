"""The command line: one file per command group; it parses, calls the Python API, prints. ``unseen --help`` lists it."""

from __future__ import annotations

import signal
import sys

_INTERRUPTED = 130  # what shells expect of a command that was ended by Ctrl-C


def main() -> None:
    """Run the command line. Errors a user can mend are one line and exit code 2; Ctrl-C is exit code 130."""
    try:
        _run()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C does not spoil the exit
        # An interrupt that once passed through exec(), as where dataclasses are made, leaves a flag by which `python -m` kills itself with
        # the signal in the end, caught or not. Every exec of text clears it.
        exec("")
        sys.stderr.write("unseen: interrupted; nothing finished was lost\n")
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output went away (`unseen families | head`): not an error of ours.
        sys.stderr.close()
        sys.exit(0)


def _run() -> None:
    from unseen.cli._app import app
    from unseen.errors import UnseenError

    try:
        app()
    except UnseenError as error:
        sys.stderr.write(f"unseen: {' '.join(str(error).split())}\n")
        sys.exit(2)
    except SystemExit as end:
        if end.code == _INTERRUPTED:  # Typer ends a Ctrl-C without a word
            raise KeyboardInterrupt from None
        raise
