"""``stack-verify sign``: seals a run with a key, so that it is known who did."""

from __future__ import annotations

import argparse
from pathlib import Path

from stack_verify.archive.seal import load_manifest
from stack_verify.archive.signature import keep, sign
from stack_verify.cli.command import Commands, add_command


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "sign", "sign the manifest of a run with a key of your own, or one of AWS KMS", run)
    command.add_argument("manifest", type=Path, metavar="MANIFEST.json")
    keys = command.add_mutually_exclusive_group(required=True)
    keys.add_argument("--key", type=Path, metavar="KEY.pem", help="an Ed25519 private key (PEM)")
    keys.add_argument("--kms-key", metavar="ARN|ID|ALIAS", help="a key of AWS KMS (ECC_NIST_P256), asked with kms:Sign")


def run(options: argparse.Namespace) -> int:
    """Writes the signature beside the manifest and prints where."""
    load_manifest(options.manifest)
    if options.kms_key is None:
        print(sign(options.manifest, options.key))
        return 0
    # It brings boto3 with it, which takes a fifth of a second to import.
    from stack_verify.publishing.kms_signature import signature_by_kms  # noqa: PLC0415

    print(keep(signature_by_kms(options.manifest.read_bytes(), options.kms_key), options.manifest))
    return 0
