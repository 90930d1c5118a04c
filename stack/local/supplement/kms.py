"""AWS KMS: signatures of digests, which moto would digest once more.

Of ``ECDSA_SHA_256`` alone, with which the verifier signs the manifest of a run.
"""

import base64
import json

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from moto.kms import urls
from moto.kms.responses import KmsResponse
from moto.kms.utils import ECDSAPrivateKey

from stack.local.supplement.serving import answer_with


class SupplementedKms(KmsResponse):
    """moto's KMS, which takes a digest for a digest."""

    def sign(self) -> str:
        """A signature of the message, or of what the digest is of."""
        answered = super().sign()  # refuses what AWS refuses, the key's spec included
        asked = json.loads(self.body)
        key = self.kms_backend.describe_key(asked["KeyId"]).private_key
        if asked.get("MessageType") != "DIGEST" or not isinstance(key, ECDSAPrivateKey):
            return answered
        signature = key.private_key.sign(base64.b64decode(asked["Message"]), ECDSA(Prehashed(SHA256())))
        return json.dumps({**json.loads(answered), "Signature": base64.b64encode(signature).decode()})


def install() -> None:
    """Lets moto answer this operation."""
    answer_with(SupplementedKms, urls)
