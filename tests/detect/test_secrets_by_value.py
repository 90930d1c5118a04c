"""What is a secret by its name and value together, and what only looks like one."""

from __future__ import annotations

import base64
import json

import pytest
from stack_verify.collect.redaction import text_without_secrets
from stack_verify.detect.command_lines import secrets_in_command
from stack_verify.detect.secrets import WITHHELD, secret_in, secret_value

ACCOUNT_KEY = json.dumps({"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END"})
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
LOGIN = json.dumps({"auths": {"registry.example": {"auth": base64.b64encode(b"user:pass").decode()}}})

SECRETS = [
    ("DB_PASSWORD", "hunter2"),
    ("DB_PASSWORD", "changeme"),
    ("DB_PASSWORD_PROD", "x y z"),
    ("REDIS_URL", "rediss://default:S3c/ret@h:6379"),
    ("JDBC", "jdbc:sqlserver://h:1433;user=sa;password=x1"),
    ("SPRING_DATASOURCE_URL", "jdbc:oracle:thin:scott/tiger@//h:1521/x"),
    ("BROKER", "amqp://u:p@h//"),
    ("MONGO", "mongodb+srv://u:pa@c.x.net/db"),
    ("MYSQL_DSN", "root:pw@tcp(db:3306)/app"),
    ("SENTRY_DSN", "https://public:secret@sentry.example/1"),
    ("SETTING", JWT),
    ("CERTIFICATE", "-----BEGIN RSA PRIVATE KEY-----\nxx"),
    ("GCP", base64.b64encode(ACCOUNT_KEY.encode()).decode()),
    ("SPRING_APPLICATION_JSON", '{"spring":{"datasource":{"password":"x1"}}}'),
    ("DOCKER_AUTH_CONFIG", LOGIN),
    ("KUBECONFIG", "apiVersion: v1\nusers:\n- user:\n    token: abcdefghijklm\n"),
    ("SLACK", "https://hooks.slack.com/services/T00/B00/XXXX1234abcd"),
    ("GITHUB", "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345"),
    ("JAVA_OPTS", "-Xmx1g -Djavax.net.ssl.trustStorePassword=changeit"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=0123456789abcdef0123456789abcdef"),
    ("APP_KEY", "base64:3q2+7wAbCdEf0123456789abcdefGHIJKLMNopqrstu="),
    ("BASIC_AUTH", "admin:s3cret"),
    ("STORAGE", "https://a.blob.core.windows.net/c?sv=1&sig=abcDEF1234567890%2Babcd%3D"),
]
PLAIN = [
    ("PASSWORD_MIN_LENGTH", "12"),
    ("PASSWORD_HASHERS", "django.contrib.auth.hashers.Argon2PasswordHasher"),
    ("ACCESS_TOKEN", "15m"),
    ("SECRET_NAME", "prod/db"),
    ("DB_SECRET", "prod/app/db"),
    ("DB_PASSWORD", "/prod/db/password"),
    ("DB_PASSWORD", "{{resolve:secretsmanager:db}}"),
    ("DB_PASSWORD", "AQICAHh" + "a" * 60),
    ("DATABASE_URL", "postgres://u:${DB_PASSWORD}@h/db"),
    ("DATABASE_URL", "postgres://user:@host/db"),
    ("SENTRY_DSN", "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/1"),
    ("ENCRYPTION_KEY", "alias/app"),
    ("KMS_KEY_ID", "12345678-9abc-def0-1234-56789abcdef1"),
    ("JWT_KEY", "-----BEGIN PUBLIC KEY-----\nMIIB"),
    ("STRIPE_PUBLISHABLE_KEY", "pk_live_0123456789abcdefghijABCD"),
    ("OPENAI_TOKENS", "4096"),
    ("CORS_ALLOW_CREDENTIALS", "true"),
    ("FETCH_CREDENTIALS", "same-origin"),
    ("GIT_SHA", "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"),
    ("TOPIC", "arn:aws:sns:us-east-1:123456789012:a-topic-whose-name-has-more-than-35-letters"),
    ("PROXY_PASS", "http://backend:80"),
    ("CONNECTION_STRING", "Server=db;Database=x;Integrated Security=true"),
    ("DESCRIPTION", "Secret: the password of the database"),
    ("IMAGE", f"123456789012.dkr.ecr.us-east-1.amazonaws.com/x:1@sha256:{'0a' * 32}"),
]


@pytest.mark.parametrize(("name", "value"), SECRETS)
def test_a_secret_is_known_by_its_name_and_value(name, value):
    assert secret_value(name, value)


@pytest.mark.parametrize(("name", "value"), PLAIN)
def test_what_only_looks_like_a_secret_is_none(name, value):
    assert secret_value(name, value) is None


@pytest.mark.parametrize(
    "command",
    [
        ["mysql", "-uroot", "-pSecret"],
        ["app", "--password=x"],
        ["sh", "-c", "export API_KEY=abc123; exec app"],
        ["redis-server", "--requirepass", "foo"],
        ["curl", "-u", "user:pass", "http://x"],
        ["curl", "-H", "Authorization: Bearer abc123def456"],
        ["/bin/bash", "-lc", "sh -c 'DB_PASSWORD=\"x\" run'"],
    ],
)
def test_a_command_is_handed_a_secret(command):
    assert list(secrets_in_command(command))


@pytest.mark.parametrize(
    "command",
    [
        ["gunicorn", "-p", "8080", "app:app"],
        ["sh", "-c", "PGPASSWORD=$(cat /run/secrets/db) psql"],
        ["sh", "-c", "PGPASSWORD=$DB_PASSWORD psql"],
        ["CMD-SHELL", 'mysqladmin ping -p"$MYSQL_ROOT_PASSWORD"'],
        ["psql", "--no-password", "-h", "x"],
        ["docker", "login", "--password-stdin"],
        ["app", "--token-ttl", "3600"],
        ["su", "-u", "1000:1000"],
    ],
)
def test_a_command_is_handed_none(command):
    assert list(secrets_in_command(command)) == []


@pytest.mark.parametrize(
    "text",
    [
        "The canonical string: host:x\nx-amz-security-token:IQoJb3JpZ2x\n",
        "cannot start: DB_PASSWORD=foo",
        "sent Authorization: Bearer abcdefgh12345678",
        "sent Authorization: Basic dXNlcjpwYXNz",
        "curl -u user:pass http://x",
    ],
)
def test_an_error_that_quotes_a_secret_is_withheld(text):
    assert text_without_secrets(text) == WITHHELD


def test_an_error_that_names_a_secret_is_kept():
    text = "not authorized to perform secretsmanager:DescribeSecret with an explicit deny in a service control policy"
    assert text_without_secrets(text) == text


def test_a_referer_is_a_shared_secret_where_it_is_no_page():
    assert secret_in('{"Condition": {"StringEquals": {"aws:Referer": "s3cr3t-shared"}}}')
    assert secret_in('{"Condition": {"StringLike": {"aws:Referer": "https://www.example.com/*"}}}') is None
