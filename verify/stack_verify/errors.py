"""The errors a user can cause. Each message says what was wrong, where, and what to do about it."""


class VerifyError(Exception):
    """Something the user can mend; the command line and the plugin show its text and exit with status 4."""


class OutputsError(VerifyError):
    """The file of stack outputs (or of stack state) cannot be used."""


class NothingToVerifyError(VerifyError):
    """The named files name nothing that could be recognised; the exit status is 5."""


class CredentialsError(VerifyError):
    """AWS does not accept the caller, or the caller belongs to another account or region than the stack."""


class PolicyError(VerifyError):
    """The policy profile does not exist or holds a value that cannot be used."""


class WaiversError(VerifyError):
    """The file of waivers cannot be used."""


class ControlsError(VerifyError):
    """A file of a team's own controls cannot be used."""


class SnapshotError(VerifyError):
    """The saved snapshot cannot be read."""


class ManifestError(VerifyError):
    """The manifest of an earlier run cannot be read, or is of another snapshot."""


class HistoryError(VerifyError):
    """The history of audits cannot be read or written."""


class PublishError(VerifyError):
    """A run cannot be published, or was not taken."""


class ReportError(VerifyError):
    """A report could not be written."""


class FleetError(VerifyError):
    """The manifest of a fleet cannot be used, or its stacks cannot be verified side by side."""


class ProbeError(VerifyError):
    """An option of the probes cannot be used, or what they need is not installed."""


class SettleError(VerifyError):
    """It cannot be waited for as long as was asked for."""


class Unanswered(Exception):  # noqa: N818 - it is not a fault of the program but the absence of an answer
    """A control asked for something AWS did not answer; the finding becomes ``error``, never a pass."""


class KeptElsewhere(Unanswered):
    """A control asked for what another account keeps; the finding is neither failed nor an error, but told as such.

    ``account`` is the account that keeps it; None where it is only known not to be the caller's.
    """

    def __init__(self, message: str, account: str | None) -> None:
        super().__init__(message)
        self.account = account


class Unmodelled(Unanswered):
    """What AWS answered and the network model does not know. ``names`` are what a policy may accept it by."""

    def __init__(self, reason: str, *names: str) -> None:
        accepting = f"; to take it on trust, name one of {', '.join(names)} in accept_unmodelled of the policy"
        super().__init__(f"{reason}{accepting}")
        self.reason, self.names = reason, names


class Undeclared(Exception):  # noqa: N818 - beside Unanswered, which no control may take it for
    """A control looked at a kind of resource that its ``reads`` do not declare; the finding becomes ``error``."""


# What code with a bug in it raises. A control or a report with one is reported as such; the rest of the run goes on.
MISTAKES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
