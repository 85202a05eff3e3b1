"""The command line: one file per command group; it parses, calls the Python API, prints. ``unseen --help`` lists it."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line. Errors a user can mend are one line and exit code 2; Ctrl-C is exit code 130."""
    from unseen.cli._app import app
    from unseen.errors import UnseenError

    try:
        app()
    except UnseenError as error:
        sys.stderr.write(f"unseen: {' '.join(str(error).split())}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("unseen: interrupted; nothing finished was lost\n")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away (`unseen families | head`): not an error of ours.
        sys.stderr.close()
        sys.exit(0)
