"""A placeholder is told from a real value that merely looks odd."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stack_verify.detect.placeholders import UNKNOWN_VALUES, placeholder_in, unknown_in

ACM = "arn:aws:acm:sa-east-1:123456789012:certificate"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{ACM}/placeholder", "placeholder"),
        ("PLACE_HOLDER", "PLACE_HOLDER"),
        ("changeme", "changeme"),
        ("please-change-me-now", "change-me"),
        ("REPLACE_ME", "REPLACE_ME"),
        ("replaceThis", "replaceThis"),
        ("REPLACE_WITH_ARN", "REPLACE_WITH"),
        ("image: TODO", "TODO"),
        ("todo", "todo"),
        ("owner-TBD", "TBD"),
        ("undefined", "undefined"),
        ("[object Object]", "[object Object]"),
        ("<your-account-id>", "your-account-id"),
        ("arn:aws:iam::<account>:role/task", "<account>"),
        ("<pulumi.output.Output object at 0x7f0>", "<pulumi.output.Output object at 0x7f0>"),
        ("your-registry/your-image:latest", "your-registry"),
        ("yourdomain.com", "yourdomain"),
        ("xxxxxxxx", "xxxxxxxx"),
        ("vpc-XXXXXXXX", "XXXXXXXX"),
        ("vpc-12345678", "vpc-12345678"),
        ("subnet-0123456789abcdef0", "subnet-0123456789abcdef0"),
        ("sg-00000000", "sg-00000000"),
        (f"{ACM}/00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000"),
        (f"{ACM}/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"),
        (f"{ACM}/12345678-1234-1234-1234-123456789012", "12345678-1234-1234-1234-123456789012"),
        ("arn:aws:iam::111122223333:role/task", "111122223333"),
        ("999999999999.dkr.ecr.sa-east-1.amazonaws.com/app:1", "999999999999"),
        ("${Token[TOKEN.123]}-logs", "${Token["),
        ("${aws_vpc.main.id}", "${aws_vpc.main.id}"),
        ("{{ image }}", "{{ image }}"),
        ("(known after apply)", "(known after apply)"),
        ("http://Calling __str__ on an Output[T] is not supported.", "Calling __str__ on an Output"),
    ],
)
def test_a_placeholder_is_found_wherever_it_stands(text, found):
    assert placeholder_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        f"{ACM}/3d0f2a1c-9b7e-4c55-8f0a-6e1d2b3c4f5a",
        "arn:aws:iam::123456789012:role/task",
        "arn:aws:iam::000000000000:role/task",
        "https://clinic.example.com",
        "clinic.test",
        "todo-list-prod",
        "mastodon",
        "exchange-mesh",
        "taxxxonomy",
        "nginx:latest",
        "None",
        "vpc-0a1b2c3d4e5f60718",
        "arn:aws:iam::123456789012:role/${aws:username}",
        "<html><body>ready</body></html>",
        "Jane <jane@example.com>",
        "your turn",
        "",
    ],
)
def test_a_real_value_is_none(text):
    assert placeholder_in(text) is None


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=2**128 - 1))
def test_a_random_certificate_id_is_none(number):
    text = str(UUID(int=number))
    assume(len(set(text)) > 6)
    assert placeholder_in(f"{ACM}/{text}") is None


@settings(deadline=None)
@given(st.text())
def test_any_text_is_searched(text):
    found = placeholder_in(text)
    assert found is None or found in text


@settings(deadline=None)
@given(st.text(max_size=20), st.sampled_from(sorted(UNKNOWN_VALUES)), st.text(max_size=20))
def test_pulumis_mark_for_an_unknown_value_is_found_in_any_text(before, mark, after):
    assert unknown_in(before + mark + after) == mark


def test_a_known_value_has_no_such_mark():
    assert unknown_in("04da6b54-80e4-46f7-96ec-b56ff0331bb0") is None
