"""Work whose results live to the end of the run."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def long_lived() -> Iterator[None]:
    """Nothing made inside the block is looked through for garbage, in it or after it.

    Of what AWS answers nearly everything stays; walking through it again and again takes a third of a verification.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
