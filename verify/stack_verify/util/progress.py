"""Tells a waiting person how far a long step is, on stderr."""

from __future__ import annotations

import sys
import time
from typing import TextIO

PATIENCE = 2.0  # seconds that need no telling


class Progress:
    """Prints what is being done, once it has taken two seconds; at once on a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._since = time.monotonic()

    def __call__(self, text: str) -> None:
        """Tells ``text``, if it is time."""
        if self._stream.isatty() or time.monotonic() - self._since > PATIENCE:
            print(f"stack-verify: {text}", file=self._stream, flush=True)
