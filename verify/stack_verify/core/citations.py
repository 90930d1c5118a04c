"""What controls cite: specifications of the HIPAA Security Rule, and through AWS's own mapping controls of NIST."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

import msgspec


class Citation(msgspec.Struct, frozen=True, order=True):
    """A standard or implementation specification of the HIPAA Security Rule, 45 CFR 164.

    ``obligation`` is ``R`` (required) or ``A`` (addressable) where the Rule's text or its matrix (Appendix A to the
    subpart) says so, else ``standard``, or ``rule`` for the general rules of 164.306.
    """

    id: str
    title: str
    obligation: str

    @property
    def is_required(self) -> bool:
        """Whether the Rule leaves no alternative to the specification (45 CFR 164.306(d)(2))."""
        return self.obligation == "R"


@cache
def security_rule() -> dict[str, Citation]:
    """The standards and implementation specifications of 45 CFR 164.306 to 164.316, by citation."""
    return {citation: Citation(citation, title, obligation) for citation, title, obligation, _ in _rule()}


@cache
def out_of_reach() -> dict[str, str]:
    """Why no reading of AWS's configuration can verify a specification, by citation: those that are organisational."""
    return {citation: reason for citation, _, _, reason in _rule() if reason}


def hipaa(*citations: str) -> tuple[Citation, ...]:
    """The specifications named, such as ``164.312(a)(2)(iv)``.

    Raises:
        ValueError: when the Security Rule has no such specification.
    """
    known = security_rule()
    unknown = [citation for citation in citations if citation not in known]
    if unknown:
        raise ValueError(f"the Security Rule has no specification {', '.join(unknown)}; see hipaa_security_rule.tsv")
    return tuple(known[citation] for citation in citations)


@cache
def nist_by_security_hub() -> dict[str, tuple[str, ...]]:
    """The controls of NIST SP 800-53r5 that AWS says a control of Security Hub relates to, by that control's id.

    They are the "Related requirements" of the Security Hub user guide; empty where it names none of NIST's.
    """
    return {security_hub: tuple(related.split()) for security_hub, related in _rows("security_hub_nist.tsv")}


def _rule() -> list[list[str]]:
    return _rows("hipaa_security_rule.tsv")


def _rows(name: str) -> list[list[str]]:
    text = files("stack_verify.core").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()[1:], delimiter="\t", quoting=csv.QUOTE_NONE))
