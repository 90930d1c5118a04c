"""Fields of AWS WAF: what a web ACL does with a request, where it stands, and what it logs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from stack_verify.drift.field import ALL, Compare, Table, Value, at, field, own, set_of, types
from stack_verify.drift.tags import TAGS
from stack_verify.resources.wafv2 import LoggingConfiguration, LoggingFilter, Rule, RuleAction, WebACL

# AWS adds rules of this name to a web ACL itself, against floods of requests (WAF developer guide).
_OF_SHIELD = "ShieldMitigationRuleGroup_"


def _rules(inputs: Mapping[str, Any]) -> Value:
    """The rules of a web ACL, which may hold them as AWS's own JSON."""
    if text := inputs.get("ruleJson"):
        return _live_rules(msgspec.json.decode(text, type=tuple[Rule, ...]))
    rules = inputs.get("rules")
    return None if rules is None else _by_hand(_rule(each) for each in rules)


def _rule(rule: Mapping[str, Any]) -> str:
    group, rate = (at(rule, f"statement.{name}Statement") for name in ("managedRuleGroup", "rateBased"))
    return _told(
        rule["name"],
        _chosen(rule.get("action") or rule["overrideAction"]),
        _group(group) if group else f"a rate of {at(rate, 'limit')}" if rate else None,
        scoped=bool(at(group or rate, "scopeDownStatement")),
        metrics=at(rule, "visibilityConfig.cloudwatchMetricsEnabled") is True,
    )


def _of_group(inputs: Mapping[str, Any]) -> Value:
    """The rule by which a resource of its own adds a rule group; without an action it does what the group says."""
    group = inputs.get("managedRuleGroup")
    effect = (inputs.get("overrideAction") or "none").capitalize()
    metrics = at(inputs, "visibilityConfig.cloudwatchMetricsEnabled") is not False
    return (_told(inputs["ruleName"], effect, _group(group) if group else None, scoped=False, metrics=metrics),)


def _group(group: object) -> str:
    return f"{at(group, 'vendorName')} {at(group, 'name')}"


def _live_rules(rules: tuple[Rule, ...]) -> Value:
    return _by_hand(_live_rule(rule) for rule in rules)


def _live_rule(rule: Rule) -> str:
    group, rate = rule.statement.managed_rule_group_statement, rule.statement.rate_based_statement
    scope = group or rate
    return _told(
        rule.name,
        rule.effect,
        f"{group.vendor_name} {group.name}" if group else f"a rate of {rate.limit}" if rate else None,
        scoped=scope is not None and scope.scope_down_statement is not None,
        metrics=rule.visibility_config.cloud_watch_metrics_enabled,
    )


def _told(name: str, effect: str, what: str | None, *, scoped: bool, metrics: bool) -> str:
    whole = f"{what or 'another statement'}{', scoped down' if scoped else ''}"
    return f"{name}: {effect} by {whole}{'' if metrics else ', without metrics'}"


def _by_hand(rules: Iterable[str]) -> Value:
    return set_of(*(rule for rule in rules if not rule.startswith(_OF_SHIELD)))


def _chosen(action: Mapping[str, Any]) -> str:
    """The action's name; a block of Pulumi's holds one of several."""
    return next(name.capitalize() for name, value in action.items() if value is not None)


def _live_action(action: RuleAction) -> Value:
    return action.name


def _redacted(fields: list[Mapping[str, Any]]) -> Value:
    headers = (each["singleHeader"] for each in fields if each.get("singleHeader"))
    return set_of(*(header["name"].lower() for header in headers))


def _live_redacted(headers: frozenset[str]) -> Value:
    return set_of(*headers)


def _filter(block: object) -> Value:
    """What becomes of requests that are logged by choice; of which requests is not compared."""
    default = at(block, "defaultBehavior")
    return _filters(default, (each["behavior"] for each in at(block, "filters") or ())) if default else ()


def _live_filter(found: LoggingFilter | None) -> Value:
    return _filters(found.default_behavior, (each.behavior for each in found.filters)) if found else ()


def _filters(default: object, behaviors: Iterable[str]) -> Value:
    return set_of(f"{default} by default", *(f"{behavior} by a filter" for behavior in behaviors))


TABLES = (
    Table(
        types("wafv2/webAcl:WebAcl"),
        (
            field("defaultAction", "default_action", spell=_chosen, live_spell=_live_action),
            field("rules", own("rules", _live_rules), (), spell=_rules, of=ALL),
            TAGS,
        ),
    ),
    Table(
        types("wafv2/webAclRule:WebAclRule"),
        (
            field(
                "rules",
                own("rules", _live_rules),
                spell=lambda inputs: (_rule(inputs),),
                compare=Compare.AT_LEAST,
                of=ALL,
            ),
        ),
        kind=WebACL,
        key="webAclArn",
    ),
    Table(
        types("wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation"),
        (field("rules", own("rules", _live_rules), spell=_of_group, compare=Compare.AT_LEAST, of=ALL),),
        kind=WebACL,
        key="webAclArn",
    ),
    Table(
        types("wafv2/webAclAssociation:WebAclAssociation"),
        (field("webAclArn", "web_acl_arn"),),
        kind=WebACL,
        key="resourceArn",
    ),
    Table(
        types("wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"),
        (
            field("logDestinationConfigs", "log_destination_configs"),
            field("redactedFields", own("redacted_headers", _live_redacted), (), spell=_redacted),
            field("loggingFilter", own("logging_filter", _live_filter), (), spell=_filter),
        ),
        kind=LoggingConfiguration,
        key="resourceArn",
    ),
)
