"""A control that declares what it reads is held to it: it cannot judge by what may not have been read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stack_verify.core.control import Severity, Status, control, hipaa, passed
from stack_verify.core.evaluate import evaluate
from stack_verify.core.requirements import looked_at
from stack_verify.errors import Unanswered
from stack_verify.policy import load_policy
from stack_verify.resources.ec2 import VPC
from stack_verify.resources.kms import Key, KeyTags
from stack_verify.resources.s3 import Bucket, BucketTags
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import Tagged, TaggedResource
from support.hand_made import answered, own_vpc, snapshot

POLICY = load_policy("hipaa", "prod")
HELD = snapshot(own_vpc(), answered(Bucket, Name="data", BucketArn="arn:aws:s3:::data"))

LOOKS = {
    "lists": (lambda held, _: held.of(Bucket), (Bucket,)),
    "lists the stack's": (lambda held, _: held.subjects(Bucket), (Bucket,)),
    "asks": (lambda held, _: held.find(Bucket.ask("data")), (Bucket,)),
    "asks whether it is known": (lambda held, _: held.unknown(Bucket.ask("data")), (Bucket,)),
    "requires": (lambda held, _: held.require(Bucket, "data"), (Bucket,)),
    "lists within": (lambda held, _: held.within(Bucket, "data"), (Bucket,)),
    "by name": (lambda held, _: held.resource(Bucket.kind(), "data"), (Bucket,)),
    "whether declared": (lambda held, vpc: held.declares(vpc), (DeclaredResource,)),
    "what is declared": (lambda held, _: held.declared_about, (DeclaredResource,)),
    "whether tagged": (lambda held, vpc: held.tags(vpc), (TaggedResource,)),
    "whether named": (lambda held, vpc: held.names(vpc), (DeclaredResource, StackOutput, TaggedResource)),
}


def looking(look, reads):
    @control("own", "Own", severity=Severity.LOW, citations=hipaa("164.312(b)"), remediation="Mend it.", reads=reads)
    def own(vpc: VPC, held, _policy):
        try:
            look(held, vpc)
        except Unanswered:
            return passed("nobody answered")
        return passed("looked")

    return own


def said(of, held=HELD):
    (found,) = evaluate(held, [of], POLICY)
    return found.status, found.observed


@pytest.mark.parametrize(("look", "kinds"), LOOKS.values(), ids=LOOKS)
def test_what_a_control_does_not_declare_it_cannot_look_at(look, kinds):
    lacking = ", ".join(sorted(kind.kind() for kind in kinds))
    told = (Status.ERROR, f"control own looks at {lacking}, which its reads do not declare")
    assert said(looking(look, ())) == told
    # Not even what another control's look has put into an index of the snapshot.
    assert said(looking(look, None)) == said(looking(look, kinds)) == (Status.PASSED, "looked")
    assert said(looking(look, ())) == told


def test_a_subject_need_not_be_declared_and_a_companion_of_it_must():
    assert said(looking(lambda held, vpc: held.require(VPC, vpc.vpc_id), ())) == (Status.PASSED, "looked")
    tags = looking(lambda held, _: held.tags_of(held.require(Bucket, "data")), (Bucket,))
    assert said(tags)[1] == f"control own looks at {BucketTags.kind()}, which its reads do not declare"


def test_a_base_class_stands_for_its_subclasses():
    every = looking(lambda held, _: held.of(Tagged), (Tagged,))
    assert said(every) == (Status.PASSED, "looked")
    assert said(looking(lambda held, _: held.of(Bucket), (Tagged,)))[0] is Status.PASSED
    assert said(looking(lambda held, _: held.of(Tagged), (Bucket,)))[0] is Status.ERROR


def test_a_control_is_held_to_its_own_declaration_and_the_next_to_its():
    narrow = looking(lambda held, _: held.of(Bucket), ())
    wide = replace(looking(lambda held, _: held.of(Bucket), (Bucket,)), id="wide")
    found = {each.control: each.status for each in evaluate(HELD, [narrow, wide], POLICY)}
    assert found == {"own": Status.ERROR, "wide": Status.PASSED}
    assert HELD.of(Bucket)


def test_permissions_follow_from_what_is_declared():
    assert looked_at(looking(lambda *_: None, (Key, KeyTags))) == {each.kind() for each in (VPC, Key, KeyTags)}
