"""AWS WAF (version 2): web ACLs, and where they log the requests they judge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.identity import ANY_ID, UUID, ArnForm, Identity
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged, TagList


class WebAclTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::WAFv2::WebACL.Tags"):
    """``wafv2:ListTagsForResource``, by web ACL ARN."""


class VisibilityConfig(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Whether CloudWatch counts what a rule or a web ACL lets pass and blocks."""

    cloud_watch_metrics_enabled: bool


class Choice(msgspec.Struct, frozen=True):
    """One of several structures of which AWS answers exactly one; what is in it does not matter here."""


class RuleAction(Fields, frozen=True, kw_only=True, rename="pascal"):
    """What is done with a request: one of these. ``none`` is a rule group's own choice."""

    allow: Choice | None = None
    block: Choice | None = None
    count: Choice | None = None
    captcha: Choice | None = None
    challenge: Choice | None = None
    none: Choice | None = None

    @property
    def name(self) -> str:
        """The action in AWS's word."""
        found = (name for name in self.__struct_fields__ if getattr(self, name) is not None)
        return next((name.capitalize() for name in found), "unknown")


class ExcludedRule(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A rule of a group that only counts: the older way to say so."""

    name: str


class RuleActionOverride(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A rule of a group, and what it does in the place of what the group says."""

    name: str
    action_to_use: RuleAction


class ManagedRuleGroup(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A rule group of a vendor's, the requests that it is limited to, if it is, and its rules that do otherwise."""

    vendor_name: str
    name: str
    scope_down_statement: dict[str, object] | None = None
    excluded_rules: tuple[ExcludedRule, ...] = ()
    rule_action_overrides: tuple[RuleActionOverride, ...] = ()

    @property
    def stopping_nothing(self) -> tuple[str, ...]:
        """The names of the rules that were made to let pass what they match."""
        overrides = self.rule_action_overrides
        passing = (rule.name for rule in overrides if rule.action_to_use.name not in ("Block", "Captcha", "Challenge"))
        return (*(rule.name for rule in self.excluded_rules), *passing)


class RateBased(Fields, frozen=True, kw_only=True, rename="pascal"):
    """How many requests a client may make in a window of seconds, and those that are counted, if not all are."""

    limit: int
    # WAF counts over five minutes unless told otherwise (API reference, "RateBasedStatement").
    evaluation_window_sec: int = 300
    scope_down_statement: dict[str, object] | None = None


class IPSetReference(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A list of addresses, by its ARN."""

    arn: str = msgspec.field(name="ARN")


class LabelMatch(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A label that an earlier rule put on the request: the whole of it, or the ``NAMESPACE`` that it begins with."""

    scope: str
    key: str


class Statement(Fields, frozen=True, kw_only=True, rename="pascal"):
    """What a rule looks for, and each kind of statement that there is by its name in ``kinds``."""

    managed_rule_group_statement: ManagedRuleGroup | None = None
    rate_based_statement: RateBased | None = None
    ip_set_reference_statement: IPSetReference | None = msgspec.field(name="IPSetReferenceStatement", default=None)
    label_match_statement: LabelMatch | None = None
    and_statement: AllOf | None = None
    not_statement: dict[str, object] | None = None


class AllOf(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Statements that must all match."""

    statements: tuple[Statement, ...]


class Rule(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One rule: it has an action of its own, or overrides that of its rule group."""

    name: str
    priority: Known[int] = UNKNOWN
    statement: Statement
    action: RuleAction | None = None
    override_action: RuleAction | None = None
    visibility_config: VisibilityConfig

    @property
    def effect(self) -> str:
        """What the rule does, or makes of what its rule group does, in AWS's word."""
        chosen = self.action or self.override_action
        return "unknown" if chosen is None else chosen.name


class FirewallManagerStatement(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The rule group that Firewall Manager adds; None where it is not a managed one."""

    managed_rule_group_statement: ManagedRuleGroup | None = None


class FirewallManagerRuleGroup(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A rule group that the organisation's Firewall Manager puts before or behind the web ACL's own rules."""

    name: str
    priority: Known[int] = UNKNOWN
    firewall_manager_statement: FirewallManagerStatement
    override_action: RuleAction | None = None


class IPSet(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::WAFv2::IPSet"):
    """``wafv2:GetIPSet``, by ARN: the address ranges of a list."""

    id_field: ClassVar[str] = "ip_set_arn"
    arn_field: ClassVar[str | None] = "ip_set_arn"

    ip_set_arn: str = msgspec.field(name="ARN")
    addresses: Known[tuple[str, ...]] = UNKNOWN


class SingleHeader(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A header of a request."""

    name: str


class RedactedField(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A part of a request that is not logged; None where it is no header."""

    single_header: SingleHeader | None = None


class LogFilter(Fields, frozen=True, kw_only=True, rename="pascal"):
    """What becomes of the records of some requests: ``KEEP`` or ``DROP``."""

    behavior: str


class LoggingFilter(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Which requests are logged: what becomes of those that no filter is for, and the filters."""

    default_behavior: str
    filters: tuple[LogFilter, ...]


class LoggingConfiguration(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::WAFv2::LoggingConfiguration"
):
    """``wafv2:GetLoggingConfiguration``, by web ACL ARN."""

    id_field: ClassVar[str] = "resource_arn"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::Logs::LogGroup", "AWS::S3::Bucket")

    resource_arn: str
    log_destination_configs: tuple[str, ...]
    redacted_fields: tuple[RedactedField, ...] = ()
    # None where all requests are logged.
    logging_filter: LoggingFilter | None = None

    @property
    def drops(self) -> bool:
        """Whether requests of some kind are not logged."""
        told = self.logging_filter
        return told is not None and "DROP" in (told.default_behavior, *(each.behavior for each in told.filters))

    @property
    def destinations(self) -> dict[str, Question | None]:
        """The question for each destination's log group or bucket, by its ARN; None where it is a Firehose stream."""
        everywhere = ":global/webacl/" in self.resource_arn
        return {arn: _destination(arn, by_name=not everywhere) for arn in self.log_destination_configs}

    @property
    def redacted_headers(self) -> frozenset[str]:
        """The names of the headers that are not logged, in small letters."""
        fields = (field.single_header for field in self.redacted_fields)
        return frozenset(header.name.lower() for header in fields if header is not None)

    def refers_to(self) -> Iterator[Question]:
        yield from (question for question in self.destinations.values() if question is not None)


class WebACL(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::WAFv2::WebACL"):
    """``wafv2:GetWebACL``, by ARN, or ``wafv2:GetWebACLForResource``, by the ARN of what it stands before."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(
            ArnForm(
                "wafv2",
                rf"((?:regional|global)/webacl/[\w-]+/{UUID})",
                rf"((?:regional|global)/webacl/{ANY_ID}/{ANY_ID})",
            ),
        ),
        pulumi=("wafv2/webAcl",),
        terraform=("aws_wafv2_web_acl",),
        asff="AwsWafv2WebAcl",
    )
    id_field: ClassVar[str] = "web_acl_arn"
    arn_field: ClassVar[str | None] = "web_acl_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = WebAclTags
    leads_to: ClassVar[tuple[str, ...]] = (IPSet.kind(), LoggingConfiguration.kind(), WebAclTags.kind())

    web_acl_arn: str = msgspec.field(name="ARN")
    name: str
    default_action: RuleAction
    rules: Known[tuple[Rule, ...]] = UNKNOWN
    # AWS leaves these two out where Firewall Manager adds nothing.
    pre_process_firewall_manager_rule_groups: tuple[FirewallManagerRuleGroup, ...] = ()
    post_process_firewall_manager_rule_groups: tuple[FirewallManagerRuleGroup, ...] = ()
    visibility_config: VisibilityConfig

    @property
    def scope(self) -> str:
        """``REGIONAL`` or ``CLOUDFRONT``; the ARN tells (WAF developer guide, "Web ACL ARNs")."""
        return "REGIONAL" if ":regional/webacl/" in self.web_acl_arn else "CLOUDFRONT"

    def refers_to(self) -> Iterator[Question]:
        yield LoggingConfiguration.ask(self.web_acl_arn)
        rules = msgspec.Struct.__getattribute__(self, "rules")
        yield from (IPSet.ask(each.arn) for rule in rules or () for each in _ip_sets(rule.statement))
        yield from self.tags_question()


def _ip_sets(statement: Statement) -> Iterator[IPSetReference]:
    """The lists of addresses that a statement names, be it inside others of which all must match."""
    if statement.ip_set_reference_statement is not None:
        yield statement.ip_set_reference_statement
    for inner in statement.and_statement.statements if statement.and_statement else ():
        yield from _ip_sets(inner)


def _destination(arn: str, *, by_name: bool) -> Question | None:
    """The question for a destination. The log group of a web ACL of CloudFront's may not be in the stack's region."""
    if ":log-group:" in arn:
        name = arn.partition(":log-group:")[2] if by_name else arn
        return Question("AWS::Logs::LogGroup", name.removesuffix(":*"))
    if ":s3:::" in arn:
        return Question("AWS::S3::Bucket", arn.partition(":s3:::")[2].partition("/")[0])
    return None
