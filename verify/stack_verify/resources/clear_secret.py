"""A secret that stood in clear in an answer: where, and of which kind. The value itself is not kept."""

from __future__ import annotations

from stack_verify.resources.resource import Fields


class ClearSecret(Fields, frozen=True, kw_only=True, rename="camel"):
    """Found while the answer was decoded. ``where`` names the field or the variable, ``kind`` what the value was."""

    where: str
    kind: str

    def text(self) -> str:
        """Both, for a person: ``environment DB_PASSWORD (a URL with a password)``."""
        return f"{self.where} ({self.kind})"
