"""AWS IAM: the root user's own MFA device and access keys.

AWS lets only the root user itself change them, by calls that name no user; the emulator knows no caller. So it takes
the root user by the name that AWS's credential report has for it, `<root_account>`, which no user can have.
"""

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.iam import urls
from moto.iam.models import AccountSummary
from moto.iam.responses import IamResponse

from stack.local.operation import ROOT


class SupplementedIam(IamResponse):
    """moto's IAM, in which the root user too has credentials."""

    def enable_mfa_device(self) -> ActionResult:
        """Gives a user, or root, an MFA device."""
        if not self._is_of_root():
            return super().enable_mfa_device()
        self._summary._account_mfa_enabled = 1  # noqa: SLF001 - moto has no other place for it
        device = self.backend.virtual_mfa_devices.get(str(self._get_param("SerialNumber")))
        if device is not None:
            device.enable_date = utcnow()
            vars(device)["user"] = {"Arn": f"arn:{self.partition}:iam::{self.current_account}:root"}
        return EmptyResult()

    def deactivate_mfa_device(self) -> ActionResult:
        """Takes it away again."""
        if not self._is_of_root():
            return super().deactivate_mfa_device()
        self._summary._account_mfa_enabled = 0  # noqa: SLF001
        return EmptyResult()

    def create_access_key(self) -> ActionResult:
        """Gives a user, or root, an access key; root's is known to nobody."""
        if not self._is_of_root():
            return super().create_access_key()
        self._summary._account_access_keys_present = 1  # noqa: SLF001
        key = {"UserName": ROOT, "AccessKeyId": "AKIAROOTOFEMULATOR00", "Status": "Active", "SecretAccessKey": ""}
        return ActionResult({"AccessKey": key})

    def _is_of_root(self) -> bool:
        return bool(self._get_param("UserName") == ROOT)

    @property
    def _summary(self) -> AccountSummary:
        return self.backend.get_account_summary()


def install() -> None:
    """Lets moto answer these operations."""
    urls.url_paths["{0}/$"] = SupplementedIam.dispatch
