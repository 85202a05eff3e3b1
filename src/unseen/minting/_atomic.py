"""Files that are whole or not there: written beside their place, then renamed into it."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from unseen.errors import TaskFileError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def atomic_file(path: Path, *, mode: int = 0o666, replace: bool = True) -> Iterator[BinaryIO]:
    """A binary file that takes the place of ``path`` when the block ends well, and vanishes when it does not.

    Nothing ever reads half a file: an error, a full disk, Ctrl-C or kill -9 leave what was there before. Only kill -9
    leaves the hidden temporary file behind. ``mode`` is subject to the umask. With ``replace=False`` an existing file is an error.

    Raises :class:`TaskFileError` with the path and the remedy when the file cannot be written.
    """
    path = Path(os.path.realpath(path))  # a link keeps pointing where it points
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    if path.exists() and (not replace or not path.is_file()):
        raise TaskFileError(
            f"cannot write {path}: it {'exists already' if path.is_file() else 'is not an ordinary file'}; choose another place"
        )
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except OSError as error:
        raise _cannot_write(path, error) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError):
            raise _cannot_write(path, error) from None
        raise


def _cannot_write(path: Path, error: OSError) -> TaskFileError:
    if error.errno in _FULL:
        return TaskFileError(f"cannot write {path}: {error.strerror}; nothing was written. Free some space or choose another place")
    return TaskFileError(f"cannot write {path}: {error.strerror or error}; choose another place")
