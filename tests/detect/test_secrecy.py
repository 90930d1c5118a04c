"""What is secret by its name: the names of outputs, and of the variables of containers."""

from __future__ import annotations

import pytest
from stack_verify.detect.secrets import named_secret

SECRET = [
    "DB_PASS",
    "dbPass",
    "PASS",
    "smtp_pass",
    "PGPASSWORD",
    "JWT_KEY",
    "ENCRYPTION_KEY",
    "STRIPE_KEY",
    "stripeApiKey",
    "SIGNING_KEY",
    "SESSION_TOKEN",
    "MAX_API_KEY",
    "TOKEN_TTL_SECRET",
]
PLAIN = [
    "TOKEN_TTL",
    "TOKEN_TTL_SECONDS",
    "MAX_TOKENS",
    "openaiMaxTokens",
    "PASSWORD_RESET_TIMEOUT",
    "PASSWORD_MIN_LENGTH",
    "AUTH_TOKEN_HEADER",
    "tokenPrefix",
    "JWT_KEY_ALGORITHM",
    "SECRET_EXPIRY",
    "BYPASS",
    "COMPASS_URL",
    "encryptionKeyArn",
    "KEYBOARD",
    "PASSENGERS",
]


@pytest.mark.parametrize("name", SECRET)
def test_a_name_says_that_a_secret_is_held(name):
    assert named_secret(name)


@pytest.mark.parametrize("name", PLAIN)
def test_a_name_that_only_speaks_of_a_secret_holds_none(name):
    assert not named_secret(name)
