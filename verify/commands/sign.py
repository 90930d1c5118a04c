"""``stack-verify sign``: seals a run with a key, so that it is known who did."""

from __future__ import annotations

import argparse
from pathlib import Path

from verify.commands.command import Commands, add_command
from verify.report.seal import load_manifest
from verify.report.signature import sign


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "sign", "sign the manifest of a run with a key of your own", run)
    command.add_argument("manifest", type=Path, metavar="MANIFEST.json")
    command.add_argument("--key", type=Path, metavar="KEY.pem", required=True, help="an Ed25519 private key (PEM)")


def run(options: argparse.Namespace) -> int:
    """Writes the signature beside the manifest and prints where."""
    load_manifest(options.manifest)
    print(sign(options.manifest, options.key))
    return 0
