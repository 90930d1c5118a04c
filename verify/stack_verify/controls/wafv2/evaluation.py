"""AWS WAF: which rules are in effect for every request, as WAF evaluates them: by priority, until one decides.

AWS WAF developer guide, "Setting rule priority" and "Using labels on web requests". Firewall Manager's first groups
come before the web ACL's own rules, its last ones behind them.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import NamedTuple

from stack_verify.network.addresses import is_world
from stack_verify.policy import Policy
from stack_verify.resources.wafv2 import IPSet, ManagedRuleGroup, Rule, RuleAction, Statement, WebACL
from stack_verify.snapshot import Snapshot

FIVE_MINUTES = 300
# The first part of the labels that AWS's groups put on requests (WAF developer guide, "AWS Managed Rules rule groups").
LABELS = {
    "AWSManagedRulesAmazonIpReputationList": "awswaf:managed:aws:amazon-ip-list:",
    "AWSManagedRulesCommonRuleSet": "awswaf:managed:aws:core-rule-set:",
    "AWSManagedRulesKnownBadInputsRuleSet": "awswaf:managed:aws:known-bad-inputs:",
    "AWSManagedRulesSQLiRuleSet": "awswaf:managed:aws:sql-database:",
}
STOPPING = ("Block", "Captcha", "Challenge")


class Group(NamedTuple):
    """A managed rule group where WAF evaluates it, and whether it keeps its own choice or only counts."""

    group: ManagedRuleGroup
    order: tuple[int, int]
    effect: str


def groups_in_force(acl: WebACL, snapshot: Snapshot, policy: Policy) -> Iterator[str]:
    """AWS's own rule groups that judge every request and whose choices hold.

    Raises:
        Unanswered: when a list of addresses that passes requests before them could not be read.
    """
    for found in _groups(acl):
        group = found.group
        if group.vendor_name != "AWS" or group.scope_down_statement or let_through_before(found.order, acl, snapshot):
            continue
        passing = set(group.stopping_nothing) - set(policy.waf_rules_that_may_count)
        if (found.effect == "None" and not passing) or _stopped_later(found, acl):
            yield group.name


def rates_in_force(acl: WebACL, snapshot: Snapshot, policy: Policy) -> Iterator[str]:
    """The rules that block a client that makes more requests than the policy lets it, whichever those are.

    Raises:
        Unanswered: as above.
    """
    for rule in acl.rules:
        rate = rule.statement.rate_based_statement
        if rate is None or rate.scope_down_statement or rule.effect not in STOPPING:
            continue
        in_five_minutes = rate.limit * FIVE_MINUTES / rate.evaluation_window_sec
        if in_five_minutes <= policy.max_waf_rate_limit and not let_through_before((1, rule.priority), acl, snapshot):
            yield rule.name


def let_through_before(order: tuple[int, int], acl: WebACL, snapshot: Snapshot) -> list[str]:
    """The rules that come earlier and let more than listed addresses pass, so that nothing behind them is asked.

    Raises:
        Unanswered: as above.
    """
    earlier = (rule for rule in acl.rules if (1, rule.priority) < order and rule.effect == "Allow")
    return [rule.name for rule in earlier if not _is_an_exception(rule.statement, snapshot)]


def _groups(acl: WebACL) -> Iterator[Group]:
    for stage, added in (
        (0, acl.pre_process_firewall_manager_rule_groups),
        (2, acl.post_process_firewall_manager_rule_groups),
    ):
        for each in added:
            if (group := each.firewall_manager_statement.managed_rule_group_statement) is not None:
                yield Group(group, (stage, each.priority), _effect(each.override_action))
    for rule in acl.rules:
        if (group := rule.statement.managed_rule_group_statement) is not None:
            yield Group(group, (1, rule.priority), rule.effect)


def _effect(action: RuleAction | None) -> str:
    return "unknown" if action is None else action.name


def _stopped_later(found: Group, acl: WebACL) -> bool:
    """Whether a later rule blocks whatever the group has labelled: then that the group itself only counts is no gap."""
    labels = LABELS.get(found.group.name)
    return labels is not None and any(_blocks(rule, labels) for rule in acl.rules if (1, rule.priority) > found.order)


def _blocks(rule: Rule, labels: str) -> bool:
    label = rule.statement.label_match_statement
    return rule.effect in STOPPING and label is not None and label.scope == "NAMESPACE" and labels.startswith(label.key)


def _is_an_exception(statement: Statement, snapshot: Snapshot) -> bool:
    """Whether what matches is limited to listed addresses, and these are not the whole internet."""
    if (listed := statement.ip_set_reference_statement) is not None:
        return not is_world(ip_network(each) for each in snapshot.require(IPSet, listed.arn).addresses)
    if statement.and_statement is not None:
        return any(_is_an_exception(inner, snapshot) for inner in statement.and_statement.statements)
    return False
