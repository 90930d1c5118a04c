"""Fields of AWS Backup: vaults, what a plan does when, and what it selects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stack_verify.drift.field import ALL, Compare, Table, Value, at, every, field, own, set_of, types
from stack_verify.drift.tags import TAGS
from stack_verify.resources.backup import BackupRule, BackupSelection, BackupVault, PlanDocument, TagCondition

# What AWS sets for a rule that says nothing of it (API reference, "BackupRuleInput").
_SCHEDULE = "cron(0 5 ? * * *)"


# Pulumi's names for the lists of conditions, and the noun's.
_CONDITIONS = {
    "stringEquals": "string_equals",
    "stringNotEquals": "string_not_equals",
    "stringLikes": "string_like",
    "stringNotLikes": "string_not_like",
}


def _rules(rules: list[Mapping[str, Any]]) -> Value:
    return set_of(*(_rule(each) for each in rules))


def _rule(rule: Mapping[str, Any]) -> str:
    days, cold = at(rule, "lifecycle.deleteAfter"), at(rule, "lifecycle.coldStorageAfter")
    return _told(rule["ruleName"], rule.get("schedule") or _SCHEDULE, rule["targetVaultName"], days, cold)


def _live_rules(plan: PlanDocument) -> Value:
    return set_of(*(_live_rule(each) for each in plan.rules))


def _live_rule(rule: BackupRule) -> str:
    kept = rule.lifecycle
    days, cold = (kept.delete_after_days, kept.move_to_cold_storage_after_days) if kept else (None, None)
    return _told(rule.rule_name, rule.schedule_expression, rule.target_backup_vault_name, days, cold)


def _told(name: str, schedule: str, vault: str, days: object, cold: object) -> str:
    # The provider writes 0 for what is not set.
    kept = f"kept for {days} days" if days else "kept for ever"
    return f"{name}: {schedule} to {vault}, {kept}{f', cold after {cold} days' if cold else ''}"


def _selection(inputs: Mapping[str, Any]) -> Value:
    tags = (f"{each['key']}={each['value']}" for each in inputs.get("selectionTags") or ())
    resources, excluded = inputs.get("resources") or (), inputs.get("notResources") or ()
    return (_selected(inputs["name"], resources, excluded, tags, _conditions(inputs.get("conditions") or ())),)


def _conditions(blocks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for block in blocks:
        for name in _CONDITIONS:
            for each in block.get(name) or ():
                yield f"{name} {each['key']}={each['value']}"


def _live_selection(found: BackupSelection) -> str:
    tags = (_tag(each) for each in found.list_of_tags)
    conditions = (
        f"{name} {_tag(each)}" for name, held in _CONDITIONS.items() for each in getattr(found.conditions, held)
    )
    return _selected(found.selection_name, found.resources, found.not_resources, tags, conditions)


def _tag(tag: TagCondition) -> str:
    return f"{tag.condition_key}={tag.condition_value}"


def _selected(
    name: str, resources: Iterable[str], excluded: Iterable[str], tags: Iterable[str], conditions: Iterable[str]
) -> str:
    parts = {"": resources, "not ": excluded, "tagged ": tags, "where ": conditions}
    lists = {word: ", ".join(sorted(set(values))) for word, values in parts.items()}
    return f"{name}: {'; '.join(f'{word}{told}' for word, told in lists.items() if told) or 'nothing'}"


TABLES = (
    Table(types("backup/vault:Vault"), (field("kmsKeyArn", "encryption_key_arn"), TAGS)),
    Table(
        types("backup/vaultLockConfiguration:VaultLockConfiguration"),
        (field("minRetentionDays", "min_retention_days", None),),
        kind=BackupVault,
        key="backupVaultName",
    ),
    Table(types("backup/plan:Plan"), (field("rules", own("backup_plan", _live_rules), spell=_rules), TAGS)),
    Table(
        types("backup/selection:Selection"),
        (field("selections", every(_live_selection), spell=_selection, compare=Compare.AT_LEAST, of=ALL),),
        kind=BackupSelection,
        key="planId",
    ),
)
