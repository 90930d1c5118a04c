"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Lets ``write`` fill a new file that then takes the place of ``path``; if it raises, ``path`` is as it was.

    Raises:
        OSError: when the file cannot be written or put in place, and whatever ``write`` raises.
    """
    # Beside the file and not in a temporary folder: a file is renamed at once only within one file system.
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as stream:
            write(stream)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
