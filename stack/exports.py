"""The names of the outputs, each written once: the contract with whoever verifies the deployment."""

from collections.abc import Mapping
from typing import Protocol

import pulumi

PROJECT = "project"
ENVIRONMENT = "environment"
ENVIRONMENT_SUFFIX = "environmentSuffix"
REGION = "region"
ACCOUNT_ID = "accountId"

VPC_ID = "vpcId"
PUBLIC_SUBNET_IDS = "publicSubnetIds"
PRIVATE_SUBNET_IDS = "privateSubnetIds"
ISOLATED_SUBNET_IDS = "isolatedSubnetIds"
INTERNET_GATEWAY_ID = "internetGatewayId"
NAT_GATEWAY_IDS = "natGatewayIds"
ROUTE_TABLE_IDS = "routeTableIds"
DEFAULT_SECURITY_GROUP_ID = "defaultSecurityGroupId"
VPC_ENDPOINT_IDS = "vpcEndpointIds"
FLOW_LOG_ID = "flowLogId"
FLOW_LOG_GROUP_NAME = "flowLogGroupName"
FLOW_LOG_GROUP_ARN = "flowLogGroupArn"
FLOW_LOG_ROLE_ARN = "flowLogRoleArn"

ALB_SECURITY_GROUP_ID = "albSecurityGroupId"
TASK_SECURITY_GROUP_ID = "taskSecurityGroupId"
DATABASE_SECURITY_GROUP_ID = "databaseSecurityGroupId"
ENDPOINT_SECURITY_GROUP_ID = "endpointSecurityGroupId"

DATABASE_KEY_ARN = "databaseKeyArn"
LOGS_KEY_ARN = "logsKeyArn"
REGISTRY_KEY_ARN = "registryKeyArn"
SECRETS_KEY_ARN = "secretsKeyArn"
STORAGE_KEY_ARN = "storageKeyArn"
TRAIL_KEY_ARN = "trailKeyArn"
BACKUP_KEY_ARN = "backupKeyArn"
ALERTS_KEY_ARN = "alertsKeyArn"

DATA_BUCKET_NAME = "dataBucketName"
DATA_BUCKET_ARN = "dataBucketArn"
ACCESS_LOG_BUCKET_NAME = "accessLogBucketName"
ACCESS_LOG_BUCKET_ARN = "accessLogBucketArn"
TRAIL_BUCKET_NAME = "trailBucketName"
TRAIL_BUCKET_ARN = "trailBucketArn"
CONFIG_BUCKET_NAME = "configBucketName"
CONFIG_BUCKET_ARN = "configBucketArn"

DATABASE_IDENTIFIER = "databaseIdentifier"
DATABASE_ARN = "databaseArn"
DATABASE_ENDPOINT = "databaseEndpoint"
DATABASE_PORT = "databasePort"
DATABASE_SECRET_ARN = "databaseSecretArn"  # noqa: S105 - the name of an output
DATABASE_SUBNET_GROUP_NAME = "databaseSubnetGroupName"
DATABASE_PARAMETER_GROUP_NAME = "databaseParameterGroupName"
DATABASE_LOG_GROUP_NAMES = "databaseLogGroupNames"
DATABASE_LOG_GROUP_ARNS = "databaseLogGroupArns"
DATABASE_MONITORING_ROLE_ARN = "databaseMonitoringRoleArn"

ECR_REPOSITORY_ARN = "ecrRepositoryArn"
ECR_REPOSITORY_URL = "ecrRepositoryUrl"
APPLICATION_SECRET_ARN = "applicationSecretArn"  # noqa: S105 - the name of an output

CLUSTER_NAME = "clusterName"
CLUSTER_ARN = "clusterArn"
SERVICE_NAME = "serviceName"
SERVICE_ARN = "serviceArn"
TASK_DEFINITION_ARN = "taskDefinitionArn"
TASK_ROLE_ARN = "taskRoleArn"
EXECUTION_ROLE_ARN = "executionRoleArn"
TASK_LOG_GROUP_NAME = "taskLogGroupName"
TASK_LOG_GROUP_ARN = "taskLogGroupArn"
CONTAINER_INSIGHTS_LOG_GROUP_NAME = "containerInsightsLogGroupName"
CONTAINER_INSIGHTS_LOG_GROUP_ARN = "containerInsightsLogGroupArn"
CONTAINER_PORT = "containerPort"

ALB_ARN = "albArn"
ALB_DNS_NAME = "albDnsName"
LISTENER_ARN = "listenerArn"
LISTENER_PORT = "listenerPort"
REDIRECT_LISTENER_ARN = "redirectListenerArn"
TARGET_GROUP_ARN = "targetGroupArn"
CERTIFICATE_ARN = "certificateArn"
URL = "url"

WEB_ACL_ARN = "webAclArn"
WAF_LOG_GROUP_NAME = "wafLogGroupName"
WAF_LOG_GROUP_ARN = "wafLogGroupArn"

TRAIL_ARN = "trailArn"
TRAIL_LOG_GROUP_NAME = "trailLogGroupName"
TRAIL_LOG_GROUP_ARN = "trailLogGroupArn"
TRAIL_ROLE_ARN = "trailRoleArn"

ALERT_TOPIC_ARN = "alertTopicArn"
METRIC_FILTER_NAMES = "metricFilterNames"
TRAIL_ALARM_ARNS = "trailAlarmArns"
RESOURCE_ALARM_ARNS = "resourceAlarmArns"

BACKUP_VAULT_NAME = "backupVaultName"
BACKUP_VAULT_ARN = "backupVaultArn"
BACKUP_PLAN_ID = "backupPlanId"
BACKUP_PLAN_ARN = "backupPlanArn"
BACKUP_ROLE_ARN = "backupRoleArn"

ACCOUNT_SAFEGUARDS = "accountSafeguards"
ACCESS_ANALYZER_ARN = "accessAnalyzerArn"
GUARD_DUTY_DETECTOR_ID = "guardDutyDetectorId"
CONFIG_RECORDER_NAME = "configRecorderName"
CONFIG_ROLE_ARN = "configRoleArn"


class Exporting(Protocol):
    """A component that knows its own outputs, by the names above."""

    @property
    def outputs(self) -> Mapping[str, pulumi.Input[object]]:
        """The component's outputs."""


def publish(*components: Exporting) -> None:
    """Export the outputs of all the components from the stack."""
    for component in components:
        for name, value in component.outputs.items():
            pulumi.export(name, value)
