"""Backups, firewalls, analyzers and what else guards: alike however it is spelt, and different where it differs."""

from __future__ import annotations

import json

import msgspec
import pytest
from stack_verify.collect import collect_again
from stack_verify.controls.stack.drift import drift_live_vs_declared
from stack_verify.core.control import Status
from stack_verify.outputs import load_outputs
from stack_verify.resources import RESOURCES
from stack_verify.resources.accessanalyzer import Analyzer
from stack_verify.resources.acm import Certificate
from stack_verify.resources.backup import BackupPlan, BackupSelection
from stack_verify.resources.cloudtrail import EventSelectors, Trail, TrailStatus
from stack_verify.resources.config import DeliveryChannel
from stack_verify.resources.ecr import RepositoryLifecycle
from stack_verify.resources.guardduty import Detector
from stack_verify.resources.inspector2 import InspectorStatus
from stack_verify.resources.resource import Resource
from stack_verify.resources.sns import TopicSubscriptions
from stack_verify.resources.stack import DeclaredResource
from stack_verify.resources.wafv2 import LoggingConfiguration, WebACL
from support.hand_made import ACCOUNT, FOREIGN, REGION, answer, answered, of_answers, said_of
from support.made_declarations import declared, differences, verdict

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"


def drift(kind: str, key: str, live: Resource, **inputs: object) -> str:
    """What is said to differ between ``inputs`` and the one resource that AWS answered; nothing where they agree."""
    status, told = verdict(declared(kind, type(live).ask(key), **inputs), live=((key, live),))
    assert status in (Status.FAILED, Status.PASSED), told
    return differences(told) if status is Status.FAILED else ""


class TestBackupPlans:
    def drift(self, live: dict[str, object], **rule: object) -> str:
        daily = {"RuleName": "daily", "TargetBackupVaultName": "v", "ScheduleExpression": "cron(0 5 ? * * *)"}
        document = {"Rules": [daily | live]}
        plan = answered(BackupPlan, BackupPlanId="p", BackupPlanArn="arn", Tags={}, BackupPlan=document)
        return drift("aws:backup/plan:Plan", "p", plan, rules=[{"ruleName": "daily", "targetVaultName": "v", **rule}])

    @pytest.mark.parametrize(
        ("live", "rule"),
        [
            ({}, {"schedule": "cron(0 5 ? * * *)"}),
            # AWS's default, and keeping for ever in each way that it is written.
            ({}, {}),
            ({"Lifecycle": {}}, {"lifecycle": {"deleteAfter": 0}}),
            ({"Lifecycle": {"DeleteAfterDays": 35}}, {"lifecycle": {"deleteAfter": 35}}),
            ({"Lifecycle": {"DeleteAfterDays": 35}}, {"lifecycle": [{"deleteAfter": "35"}]}),
            (
                {"Lifecycle": {"DeleteAfterDays": 120, "MoveToColdStorageAfterDays": 30}},
                {"lifecycle": {"deleteAfter": 120, "coldStorageAfter": 30}},
            ),
        ],
    )
    def test_a_rule_is_alike_however_it_is_spelt(self, live, rule):
        assert self.drift(live, **rule) == ""

    def test_a_rule_that_runs_otherwise_or_keeps_otherwise_is_told(self):
        weekly = self.drift({"ScheduleExpression": "cron(0 5 ? * 1 *)"})
        assert weekly == (
            "rules: declared daily: cron(0 5 ? * * *) to v, kept for ever, "
            "live daily: cron(0 5 ? * 1 *) to v, kept for ever"
        )
        week = self.drift({"Lifecycle": {"DeleteAfterDays": 7}}, lifecycle={"deleteAfter": 35, "coldStorageAfter": 8})
        assert week == (
            "rules: declared daily: cron(0 5 ? * * *) to v, kept for 35 days, cold after 8 days, "
            "live daily: cron(0 5 ? * * *) to v, kept for 7 days"
        )


class TestBackupSelections:
    def drift(self, live: dict[str, object], **inputs: object) -> str:
        found = answered(BackupSelection, SelectionId="s", SelectionName="all", **live)
        return drift("aws:backup/selection:Selection", "p", found, name="all", planId="p", **inputs)

    @pytest.mark.parametrize(
        ("live", "inputs"),
        [
            ({"Resources": ["b", "a"], "NotResources": []}, {"resources": ["a", "b"]}),
            ({"Resources": ["*"], "NotResources": ["a"]}, {"resources": ["*"], "notResources": ["a"]}),
            (
                {"ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "k", "ConditionValue": "v"}]},
                {"selectionTags": [{"type": "STRINGEQUALS", "key": "k", "value": "v"}]},
            ),
            (
                {
                    "Resources": ["*"],
                    "Conditions": {
                        "StringEquals": [{"ConditionKey": "aws:ResourceTag/k", "ConditionValue": "v"}],
                        "StringNotLike": [{"ConditionKey": "aws:ResourceTag/l", "ConditionValue": "w*"}],
                    },
                },
                {
                    "resources": ["*"],
                    "conditions": [
                        {
                            "stringEquals": [{"key": "aws:ResourceTag/k", "value": "v"}],
                            "stringNotLikes": [{"key": "aws:ResourceTag/l", "value": "w*"}],
                        }
                    ],
                },
            ),
        ],
        ids=["resources", "all but one", "tags", "conditions"],
    )
    def test_it_is_alike_in_any_order(self, live, inputs):
        assert self.drift(live, **inputs) == ""
        assert self.drift({"Resources": ["c"]}, **inputs)

    def test_what_is_excluded_is_told_apart_from_what_is_backed_up(self):
        assert self.drift({"Resources": ["a"]}, notResources=["a"]) == "selections: declared all: not a, live none"

    def test_another_selection_of_the_same_plan_is_no_drift(self):
        state = declared("aws:backup/selection:Selection", BackupSelection.ask("p"), name="all", resources=["a"])
        ours, theirs = (
            answered(BackupSelection, SelectionId=name, SelectionName=name, Resources=["a"]) for name in ("all", "more")
        )
        seen = of_answers(answer("state", state), answer("p", ours, theirs))
        assert said_of(drift_live_vs_declared, seen, "urn")[0] is Status.PASSED


class TestLifecycleOfImages:
    KIND = "aws:ecr/lifecyclePolicy:LifecyclePolicy"

    def rule(self, priority: int, **more: object) -> dict[str, object]:
        selection = {"tagStatus": "tagged", "tagPrefixList": ["a", "b"], "countType": "imageCountMoreThan"}
        rule = {"rulePriority": priority, "selection": {**selection, "countNumber": 10}, "action": {"type": "expire"}}
        return {**rule, **more}

    def drift(self, live: str | None, policy: object) -> str:
        found = answered(RepositoryLifecycle, repository="web", lifecyclePolicyText=live)
        return drift(self.KIND, "web", found, repository="web", policy=policy)

    def test_it_is_alike_in_any_order_whatever_a_rule_is_called(self):
        live = json.dumps({"rules": [self.rule(1), self.rule(2)]})
        turned = {**self.rule(1)["selection"], "tagPrefixList": ["b", "a"], "countUnit": None}
        ours = {"rules": [self.rule(2, description="many"), self.rule(1, selection=turned)]}
        assert self.drift(live, json.dumps(ours)) == ""
        assert self.drift(live, ours) == ""

    def test_another_rule_or_none_is_drift(self):
        ours = json.dumps({"rules": [self.rule(1)]})
        assert self.drift(json.dumps({"rules": [self.rule(2)]}), ours)
        assert self.drift(None, ours).endswith(", live none")


class TestDetectorFeatures:
    NAME = "RUNTIME_MONITORING"

    def drift(self, agent: str, **inputs: object) -> str:
        part = {"Name": "ECS_FARGATE_AGENT_MANAGEMENT", "Status": agent}
        feature = {"Name": self.NAME, "Status": "ENABLED", "AdditionalConfiguration": [part]}
        live = answered(Detector, DetectorId="d", DetectorArn="arn", Tags={}, Status="ENABLED", Features=[feature])
        kind = "aws:guardduty/detectorFeature:DetectorFeature"
        return drift(kind, "d", live, detectorId="d", name=self.NAME, status="ENABLED", **inputs)

    def test_a_part_that_is_declared_must_be_as_declared(self):
        ours = [{"name": "ECS_FARGATE_AGENT_MANAGEMENT", "status": "ENABLED"}]
        assert self.drift("ENABLED", additionalConfigurations=ours) == ""
        assert self.drift("DISABLED", additionalConfigurations=ours) == (
            "features: declared RUNTIME_MONITORING ECS_FARGATE_AGENT_MANAGEMENT ENABLED, live none"
        )

    def test_a_part_that_is_not_declared_is_not_compared(self):
        assert self.drift("DISABLED") == ""


class TestEventSelectors:
    def drift(self, live: dict[str, object], **selector: object) -> str:
        arn = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/t"
        bare = {"IsMultiRegionTrail": False, "LogFileValidationEnabled": False, "Tags": {}}
        trail = answered(Trail, Name="t", TrailARN=arn, S3BucketName="b", **bare)
        shown = {"ReadWriteType": "All", "IncludeManagementEvents": True, **live}
        selectors = answered(EventSelectors, Trail=arn, EventSelectors=[shown])
        status = answered(TrailStatus, Trail=arn, IsLogging=True)
        state = declared("aws:cloudtrail/trail:Trail", Trail.ask(arn), eventSelectors=[selector])
        said, told = verdict(state, live=((arn, trail), (arn, selectors), (arn, status)))
        return differences(told) if said is Status.FAILED else ""

    def test_sources_that_are_left_out_must_be_declared(self):
        kms = {"ExcludeManagementEventSources": ["kms.amazonaws.com"]}
        assert self.drift({"ExcludeManagementEventSources": []}) == ""
        assert self.drift(kms, excludeManagementEventSources=["kms.amazonaws.com"]) == ""
        assert self.drift(kms) == (
            "eventSelectors: declared All with management events: no data events, "
            "live All but kms.amazonaws.com with management events: no data events"
        )


def acl_rule(**changes: object) -> dict[str, object]:
    """A rule as AWS answers it."""
    group = {"VendorName": "AWS", "Name": "Common"}
    return {
        "Name": "r",
        "Statement": {"ManagedRuleGroupStatement": group},
        "OverrideAction": {"None": {}},
        "VisibilityConfig": {"CloudWatchMetricsEnabled": True},
        **changes,
    }


def ours(**changes: object) -> dict[str, object]:
    """The same rule as Pulumi holds it."""
    group = {"vendorName": "AWS", "name": "Common"}
    return {
        "name": "r",
        "statement": {"managedRuleGroupStatement": group},
        "overrideAction": {"none": {}},
        "visibilityConfig": {"cloudwatchMetricsEnabled": True},
        **changes,
    }


class TestRulesOfAWebAcl:
    ARN = f"arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/a/0"

    def live(self, *rules: dict[str, object]) -> Resource:
        counted = {"CloudWatchMetricsEnabled": True}
        whole = {"DefaultAction": {"Allow": {}}, "VisibilityConfig": counted, "Rules": rules, "Tags": {}}
        return answered(WebACL, ARN=self.ARN, Name="a", **whole)

    def drift(self, live: tuple[dict[str, object], ...], **inputs: object) -> str:
        return drift("aws:wafv2/webAcl:WebAcl", self.ARN, self.live(*live), **inputs)

    @pytest.mark.parametrize(
        ("live", "rule"),
        [
            (acl_rule(), ours()),
            (acl_rule(), ours(statement=[{"managedRuleGroupStatement": [{"vendorName": "AWS", "name": "Common"}]}])),
            (acl_rule(Statement={"GeoMatchStatement": {}}), ours(statement={"geoMatchStatement": {}})),
            (
                acl_rule(Statement={"RateBasedStatement": {"Limit": 9, "ScopeDownStatement": {"Not": {}}}}),
                ours(statement={"rateBasedStatement": {"limit": 9, "scopeDownStatement": {"notStatement": {}}}}),
            ),
        ],
        ids=["a group", "blocks as lists of one", "another statement", "a rate"],
    )
    def test_a_rule_is_alike_however_it_is_spelt(self, live, rule):
        assert self.drift((live,), rules=[rule]) == ""

    def test_what_aws_adds_against_floods_is_no_drift_and_what_somebody_adds_is(self):
        shield = acl_rule(Name=f"ShieldMitigationRuleGroup_{ACCOUNT}_0_1")
        assert self.drift((acl_rule(), shield), rules=[ours()]) == ""
        assert self.drift((acl_rule(),)) == "rules: declared none, live r: None by AWS Common"

    @pytest.mark.parametrize(
        ("changed", "told"),
        [
            ({"OverrideAction": {"Count": {}}}, "r: Count by AWS Common"),
            ({"VisibilityConfig": {"CloudWatchMetricsEnabled": False}}, "r: None by AWS Common, without metrics"),
            (
                {"Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "Linux"}}},
                "r: None by AWS Linux",
            ),
            (
                {
                    "Statement": {
                        "ManagedRuleGroupStatement": {
                            "VendorName": "AWS",
                            "Name": "Common",
                            "ScopeDownStatement": {"GeoMatchStatement": {}},
                        }
                    }
                },
                "r: None by AWS Common, scoped down",
            ),
            ({"Statement": {"RateBasedStatement": {"Limit": 9}}}, "r: None by a rate of 9"),
            ({"Statement": {"GeoMatchStatement": {}}}, "r: None by another statement"),
        ],
    )
    def test_a_rule_that_does_otherwise_is_told(self, changed, told):
        assert self.drift((acl_rule(**changed),), rules=[ours()]) == (
            f"rules: declared r: None by AWS Common, live {told}"
        )

    def test_rules_may_be_declared_in_awss_own_json(self):
        assert self.drift((acl_rule(),), ruleJson=json.dumps([acl_rule()])) == ""
        assert self.drift((acl_rule(),), ruleJson="[]")

    def test_json_that_holds_no_rules_is_an_error(self):
        state = declared("aws:wafv2/webAcl:WebAcl", WebACL.ask(self.ARN), ruleJson="[{}]")
        assert verdict(state, live=((self.ARN, self.live()),)) == (
            Status.ERROR,
            "the state holds rules in a form that is not known",
        )

    def test_rules_of_their_own_are_declared_as_those_of_the_web_acl_are(self):
        about = WebACL.ask(self.ARN)
        acl = declared("aws:wafv2/webAcl:WebAcl", about, defaultAction={"allow": {}})
        one = declared("aws:wafv2/webAclRule:WebAclRule", about, "one", own=False, **ours())
        group = {"vendorName": "AWS", "name": "Linux"}
        added = {"ruleName": "g", "overrideAction": "count", "managedRuleGroup": [group]}
        other = declared(
            "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation", about, "other", own=False, **added
        )
        linux = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "Linux"}}
        both = acl_rule(), acl_rule(Name="g", Statement=linux, OverrideAction={"Count": {}})
        assert verdict(acl, one, other, live=((self.ARN, self.live(*both)),))[0] is Status.PASSED
        status, told = verdict(other, acl, one, live=((self.ARN, self.live(both[0])),))
        assert (status, differences(told)) == (
            Status.FAILED,
            "rules: declared g: Count by AWS Linux, live none",
        )


FILTER = {"DefaultBehavior": "KEEP", "Filters": [{"Behavior": "DROP"}]}


class TestLogsOfAWebAcl:
    def drift(self, live: object, **inputs: object) -> str:
        found = answered(LoggingConfiguration, ResourceArn="arn", LogDestinationConfigs=["d"], LoggingFilter=live)
        kind = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
        return drift(kind, "arn", found, resourceArn="arn", logDestinationConfigs=["d"], **inputs)

    @pytest.mark.parametrize("block", [None, [], {}])
    def test_where_none_is_declared_all_requests_are_logged(self, block):
        assert self.drift(None, loggingFilter=block) == ""
        assert self.drift(FILTER, loggingFilter=block) == (
            "loggingFilter: declared none, live DROP by a filter, KEEP by default"
        )

    def test_what_is_declared_must_be_so(self):
        block = {"defaultBehavior": "KEEP", "filters": [{"behavior": "DROP"}]}
        assert self.drift(FILTER, loggingFilter=block) == ""
        assert self.drift(FILTER, loggingFilter=[block]) == ""
        assert self.drift({**FILTER, "DefaultBehavior": "DROP"}, loggingFilter=block)
        assert self.drift(None, loggingFilter=block)


class TestAnalyzers:
    def drift(self, type_: str, **inputs: object) -> str:
        live = answered(Analyzer, name="a", arn="arn", type=type_, status="ACTIVE")
        return drift("aws:accessanalyzer/analyzer:Analyzer", ACCOUNT, live, analyzerName="a", **inputs)

    def test_one_of_that_name_and_type_must_be_there(self):
        assert self.drift("ACCOUNT") == ""
        assert self.drift("ORGANIZATION", type="ORGANIZATION") == ""
        told = self.drift("ACCOUNT_UNUSED_ACCESS", type="ACCOUNT")
        assert told == "analyzers: declared a of ACCOUNT, live none"


class TestInspector:
    def drift(self, *types: str, **states: str) -> str:
        scanned = {name: {"status": state} for name, state in states.items()}
        live = answered(InspectorStatus, accountId=ACCOUNT, resourceState=scanned)
        return drift("aws:inspector2/enabler:Enabler", ACCOUNT, live, accountIds=[ACCOUNT], resourceTypes=types)

    def test_each_type_that_is_declared_must_be_scanned(self):
        everything = {"ecr": "ENABLED", "ec2": "ENABLED", "lambda": "ENABLED", "lambdaCode": "ENABLED"}
        assert self.drift("ECR", ecr="ENABLED", ec2="DISABLED") == ""
        assert self.drift("LAMBDA", "ECR", **everything) == ""
        assert self.drift("CODE_REPOSITORY", "LAMBDA_CODE", "EC2", **everything) == (
            "resourceTypes: declared CODE_REPOSITORY, live none"
        )
        assert self.drift("ECR", ecr="DISABLED") == "resourceTypes: declared ECR, live none"


class TestDeliveryChannels:
    def drift(self, **inputs: object) -> str:
        live = answered(DeliveryChannel, name="default", s3BucketName="b", s3KmsKeyArn="k")
        return drift("aws:cfg/deliveryChannel:DeliveryChannel", ACCOUNT, live, **inputs)

    def test_bucket_and_key_are_those_declared(self):
        assert self.drift(s3BucketName="b", s3KmsKeyArn="k") == ""
        assert self.drift(s3BucketName="b") == "s3KmsKeyArn: declared none, live k"
        assert self.drift(s3BucketName="c", s3KmsKeyArn="k") == "s3BucketName: declared c, live b"


class TestCertificates:
    def drift(self, **inputs: object) -> str:
        names = ["www.example.com", "example.com"]
        facts = {"DomainName": "example.com", "SubjectAlternativeNames": names, "KeyAlgorithm": "RSA-2048"}
        live = answered(Certificate, CertificateArn="arn", **facts)
        return drift("aws:acm/certificate:Certificate", "arn", live, **inputs)

    @pytest.mark.parametrize(
        "inputs",
        [
            {"domainName": "Example.com."},
            {"domainName": "example.com", "subjectAlternativeNames": ["www.example.com"], "keyAlgorithm": "RSA_2048"},
            {"domainName": "example.com", "subjectAlternativeNames": ["example.com", "www.example.com"]},
        ],
    )
    def test_it_is_alike_however_it_is_spelt(self, inputs):
        assert self.drift(**inputs) == ""

    def test_one_for_another_name_or_with_another_key_is_drift(self):
        assert self.drift(domainName="example.org") == "domainName: declared example.org, live example.com"
        assert self.drift(subjectAlternativeNames=["api.example.com"]) == (
            "subjectAlternativeNames: declared api.example.com, live none"
        )
        assert self.drift(keyAlgorithm="EC_prime256v1") == "keyAlgorithm: declared EC_prime256v1, live RSA_2048"


class TestSubscriptions:
    KIND = "aws:sns/topicSubscription:TopicSubscription"

    def drift(self, *arns: str) -> str:
        live = answered(TopicSubscriptions, Topic=TOPIC, SubscriptionArns=list(arns))
        return drift(self.KIND, TOPIC, live, topic=TOPIC, endpoint="canary@example.com", protocol="email")

    def test_somebody_must_be_subscribed_confirmed_or_not_yet(self):
        assert self.drift(f"{TOPIC}:0") == ""
        assert self.drift("PendingConfirmation") == ""
        assert self.drift() == "topic: declared true, live false"
        assert self.drift("Deleted") == "topic: declared true, live false"

    def test_who_it_is_is_not_kept(self):
        state = declared(
            self.KIND, TopicSubscriptions.ask(TOPIC), topic=TOPIC, endpoint="canary@example.com", protocol="email"
        )
        assert state.properties == {"topic": "true"}


class TestWhatIsElsewhere:
    """Of other accounts and regions nothing is asked: the answer would be a denial, or be about something else."""

    def about(self, path, kind: str, inputs: dict[str, object], **outputs: str) -> str | None:
        urn = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
        root = {"urn": urn, "type": "pulumi:pulumi:Stack", "outputs": {}}
        one = {"urn": "urn", "type": kind, "custom": True, "id": "x", "inputs": inputs, "outputs": outputs}
        path.write_text(json.dumps({"version": 3, "deployment": {"resources": [root, one]}}))
        nothing_read = msgspec.structs.replace(of_answers(), unread=tuple(each.kind() for each in RESOURCES))
        seen = collect_again(None, load_outputs(path), nothing_read)
        (state,) = (each for each in seen.resources if isinstance(each, DeclaredResource))
        return state.about and state.about.key

    @pytest.mark.parametrize(
        ("topic", "key"),
        [
            (TOPIC, TOPIC),
            (f"arn:aws:sns:eu-west-1:{ACCOUNT}:alerts", None),
            (f"arn:aws:sns:{REGION}:{FOREIGN}:alerts", None),
        ],
    )
    def test_a_companion_of_what_is_elsewhere_is_not_compared(self, tmp_path, topic, key):
        kind = "aws:sns/topicSubscription:TopicSubscription"
        assert self.about(tmp_path / "state.json", kind, {"topic": topic}) == key

    @pytest.mark.parametrize(
        ("outputs", "key"),
        [
            ({}, ACCOUNT),
            ({"region": REGION}, ACCOUNT),
            ({"region": "eu-west-1"}, None),
            ({"arn": f"arn:aws:access-analyzer:{REGION}:{ACCOUNT}:analyzer/a"}, ACCOUNT),
            ({"arn": f"arn:aws:access-analyzer:eu-west-1:{ACCOUNT}:analyzer/a"}, None),
        ],
    )
    def test_what_an_account_has_in_another_region_is_not_compared(self, tmp_path, outputs, key):
        kind = "aws:accessanalyzer/analyzer:Analyzer"
        assert self.about(tmp_path / "state.json", kind, {"analyzerName": "a"}, **outputs) == key

    @pytest.mark.parametrize(("accounts", "key"), [([ACCOUNT], ACCOUNT), ([ACCOUNT, FOREIGN], None), ([], None)])
    def test_inspector_is_asked_of_one_account(self, tmp_path, accounts, key):
        assert self.about(tmp_path / "state.json", "aws:inspector2/enabler:Enabler", {"accountIds": accounts}) == key
