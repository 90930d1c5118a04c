"""What another account keeps: that it was asked for from here, and all that this account was told of it."""

from __future__ import annotations

from typing import ClassVar

from stack_verify.resources.resource import Resource


class Elsewhere(Resource, frozen=True, kw_only=True, rename="pascal", tag="Stack::Elsewhere"):
    """The answer to a question about another account's resource that cannot be read from here.

    ``account`` is the account that keeps it, None where AWS says no more than that it is not this one's (the name of a
    bucket holds no account). ``said`` is what AWS answered. It is not evidence that the resource exists or does not.
    """

    id_field: ClassVar[str] = "asked"

    kind_asked: str
    key: str
    account: str | None
    said: str

    @property
    def asked(self) -> str:
        """The kind and the key that were asked for, which together name one resource."""
        return f"{self.kind_asked} {self.key}"

    def text(self) -> str:
        """One clause for a person, with what was seen from here."""
        keeper = "another account" if self.account is None else f"account {self.account}"
        return f"{self.kind_asked} {self.key} belongs to {keeper} and cannot be read from here ({self.said})"
