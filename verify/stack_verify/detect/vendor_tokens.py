"""The tokens and keys of vendors, known by their form: detect-secrets' own detectors, and the forms that it lacks."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from detect_secrets.plugins.base import RegexBasedDetector

# Left out of detect-secrets' detectors are those that know a secret by the words around it, which we do by its name
# (keyword, IBM, Cloudant, SoftLayer, Artifactory), and those for what is none: a public address, an account's id.
_OTHERS: Final = tuple(
    (kind, re.compile(rf"(?<![A-Za-z0-9]){form}", re.ASCII))
    for kind, form in (
        ("an age key", r"AGE-SECRET-KEY-1[0-9A-Z]{50,}"),
        ("an Anthropic key", r"sk-ant-[\w-]{20,}"),
        ("an API key of the sk- form", r"sk-(?:proj-|svcacct-|or-v1-)?[A-Za-z0-9_-]*[A-Za-z0-9]{32,}"),
        ("an Atlassian token", r"ATATT3[\w=-]{20,}"),
        ("an AWS session token", r"(?:IQoJb3JpZ2lu|FwoGZXIvYXdz)[A-Za-z0-9/+=]{40,}"),
        ("a Databricks token", r"dapi[0-9a-f]{32}"),
        ("a DigitalOcean token", r"do[opr]_v1_[0-9a-f]{64}"),
        ("a Discord webhook", r"https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d+/[\w-]{20,}"),
        ("a Docker Hub token", r"dckr_[op]at_[\w-]{20,}"),
        ("a GitHub token", r"(?:gh[opsur]_\w{20,}|github_pat_\w{20,})"),
        ("a Google key", r"AIza[\w-]{35}"),
        ("a Google OAuth token", r"ya29\.[\w-]{20,}"),
        ("a Grafana token", r"gl(?:sa|c)_[\w=+/]{32,}"),
        ("a HashiCorp token", r"(?:hv[sbr]\.[\w-]{24,}|[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,})"),
        ("a Hugging Face token", r"hf_[A-Za-z0-9]{30,}"),
        ("a Linear key", r"lin_api_[A-Za-z0-9]{32,}"),
        ("a Mailgun key", r"key-[0-9a-f]{32}(?![0-9a-f])"),
        ("a Microsoft Teams webhook", r"https://[\w.-]+\.(?:webhook\.office|logic\.azure)\.com[:/]\S{20,}"),
        ("a New Relic key", r"(?:NRAK-[A-Z0-9]{27}|[0-9a-f]{36}NRAL)"),
        ("an npm token", r"npm_[A-Za-z0-9]{36}"),
        ("a PagerDuty integration", r"https://events\.(?:eu\.)?pagerduty\.com/integration/[0-9a-f]{20,}"),
        ("a Postman key", r"PMAK-[0-9a-f-]{40,}"),
        ("a Pulumi token", r"pul-[0-9a-f]{40}"),
        ("a Sentry token", r"sntry[su]_[\w=+/]{40,}"),
        ("a Shopify token", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
        ("a Slack token", r"(?:xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{20,}|xoxe(?:\.xox[bp])?-\d-[\w-]{20,})"),
        ("a Slack workflow webhook", r"https://hooks\.slack\.com/(?:workflows|triggers)/\S{20,}"),
        ("a SonarQube token", r"sq[apu]_[0-9a-f]{40}"),
        ("a Stripe key", r"(?:[rs]k_(?:live|test)_[0-9A-Za-z]{10,}|whsec_[\w+/=]{16,})"),
        ("a Telegram bot's token", r"\d{8,10}:AA[\w-]{33}(?![\w-])"),
        ("a Twilio key", r"SK[0-9a-f]{32}(?![0-9A-Za-z])"),
        ("a Zapier webhook", r"https://hooks\.zapier\.com/hooks/catch/\d+/\w+"),
    )
)


def vendor_token(text: str) -> str | None:
    """Whose token or key the text holds, or None."""
    for kind, form in _OTHERS:
        if form.search(text):
            return kind
    for detector in _detectors():
        if any(detector.analyze_string(text)):
            return f"{detector.secret_type} by its form"
    return None


def entropy(text: str) -> float:
    """The bits of Shannon entropy of a character of the text."""
    return float(_measure()(text))


# detect-secrets takes 40 ms to import beside boto3, which a judgement of a saved snapshot need not pay.
@cache
def _measure():  # type: ignore[no-untyped-def]  # noqa: ANN202 - the library's own bound method
    from detect_secrets.plugins.high_entropy_strings import Base64HighEntropyString  # noqa: PLC0415

    return Base64HighEntropyString().calculate_shannon_entropy


@cache
def _detectors() -> tuple[RegexBasedDetector, ...]:
    from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector  # noqa: PLC0415
    from detect_secrets.plugins.discord import DiscordBotTokenDetector  # noqa: PLC0415
    from detect_secrets.plugins.gitlab_token import GitLabTokenDetector  # noqa: PLC0415
    from detect_secrets.plugins.jwt import JwtTokenDetector  # noqa: PLC0415
    from detect_secrets.plugins.mailchimp import MailchimpDetector  # noqa: PLC0415
    from detect_secrets.plugins.npm import NpmDetector  # noqa: PLC0415
    from detect_secrets.plugins.openai import OpenAIDetector  # noqa: PLC0415
    from detect_secrets.plugins.pypi_token import PypiTokenDetector  # noqa: PLC0415
    from detect_secrets.plugins.sendgrid import SendGridDetector  # noqa: PLC0415
    from detect_secrets.plugins.slack import SlackDetector  # noqa: PLC0415
    from detect_secrets.plugins.square_oauth import SquareOAuthDetector  # noqa: PLC0415

    return (
        AzureStorageKeyDetector(),
        DiscordBotTokenDetector(),
        GitLabTokenDetector(),
        JwtTokenDetector(),
        MailchimpDetector(),
        NpmDetector(),
        OpenAIDetector(),
        PypiTokenDetector(),
        SendGridDetector(),
        SlackDetector(),
        SquareOAuthDetector(),
    )
