"""What AWS says when it does not answer is kept as it is told, whatever stands in it."""

from __future__ import annotations

from botocore.stub import Stubber
from stack_verify.collect import COLLECTORS
from stack_verify.collect.asking import ask
from stack_verify.collect.reader import Aws
from stack_verify.resources.kms import Key
from stack_verify.snapshot import as_saved
from support.hand_made import ACCOUNT, REGION, OneClient, snapshot

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"


def test_half_a_surrogate_pair_in_an_error_can_be_saved():
    session = OneClient("kms")
    aws = Aws(session, account=ACCOUNT, region=REGION, max_in_flight=1)
    with Stubber(session.only) as stub:
        stub.add_client_error("describe_key", "Odd\ud800Code", "half a pair: \udfff")
        known = ask(aws, COLLECTORS, {Key.ask(KEY): True}, max_in_flight=1, progress=lambda _: None)
    (gap,) = as_saved(snapshot(gaps=tuple(known.gaps))).gaps
    assert (gap.code, gap.message) == ("Odd\\ud800Code", "half a pair: \\udfff")
