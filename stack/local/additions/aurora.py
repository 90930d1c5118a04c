"""A compliant Aurora cluster with two instances, in the database subnets and with the keys of the stack beneath."""

import json
from collections.abc import Mapping
from typing import Any, Final

from stack.local.additions.made import Made
from stack.local.endpoint import Clients

Members = list[tuple[str, str, str, Mapping[str, Any]]]

NAME: Final = "healthcare-records-prod"
GROUP: Final = f"{NAME}-parameters"


def make(aws: Clients, outputs: Mapping[str, str | list[str]]) -> Made:
    """Makes the cluster, its parameter group, log group and manual snapshot."""
    rds = aws.client("rds")
    (beside,) = rds.describe_db_instances(DBInstanceIdentifier=_name(outputs["databaseArn"]))["DBInstances"]
    tags = rds.list_tags_for_resource(ResourceName=str(outputs["databaseArn"]))["TagList"]
    aws.client("logs").create_log_group(
        logGroupName=f"/aws/rds/cluster/{NAME}/postgresql", kmsKeyId=str(outputs["logsKeyArn"])
    )
    rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName=GROUP, DBParameterGroupFamily="aurora-postgresql16", Description="TLS only"
    )
    rds.modify_db_cluster_parameter_group(
        DBClusterParameterGroupName=GROUP,
        Parameters=[{"ParameterName": "rds.force_ssl", "ParameterValue": "1", "ApplyMethod": "pending-reboot"}],
    )
    (cluster,) = (
        rds.create_db_cluster(
            DBClusterIdentifier=NAME,
            Engine="aurora-postgresql",
            EngineVersion="16.4",
            DBClusterParameterGroupName=GROUP,
            DBSubnetGroupName=beside["DBSubnetGroup"]["DBSubnetGroupName"],
            VpcSecurityGroupIds=[each["VpcSecurityGroupId"] for each in beside["VpcSecurityGroups"]],
            StorageEncrypted=True,
            KmsKeyId=beside["KmsKeyId"],
            BackupRetentionPeriod=35,
            DeletionProtection=True,
            CopyTagsToSnapshot=True,
            EnableIAMDatabaseAuthentication=True,
            EnableCloudwatchLogsExports=["postgresql"],
            MasterUsername="keeper",
            ManageMasterUserPassword=True,
            MasterUserSecretKmsKeyId=str(outputs["secretsKeyArn"]),
            Tags=tags,
        )["DBCluster"],
    )
    for zone in "ab":
        rds.create_db_instance(
            DBInstanceIdentifier=f"{NAME}-{zone}",
            DBClusterIdentifier=NAME,
            DBInstanceClass="db.r6g.large",
            Engine="aurora-postgresql",
            AvailabilityZone=f"{aws.region}{zone}",
            PubliclyAccessible=False,
            DBSubnetGroupName=beside["DBSubnetGroup"]["DBSubnetGroupName"],
            VpcSecurityGroupIds=[each["VpcSecurityGroupId"] for each in beside["VpcSecurityGroups"]],
            AutoMinorVersionUpgrade=True,
            MonitoringInterval=beside["MonitoringInterval"],
            MonitoringRoleArn=beside["MonitoringRoleArn"],
            Tags=tags,
        )
    aws.client("backup").create_backup_selection(
        BackupPlanId=str(outputs["backupPlanId"]),
        BackupSelection={
            "SelectionName": "records",
            "IamRoleArn": plan_role(aws, outputs),
            "Resources": [cluster["DBClusterArn"]],
        },
    )
    made = _proxy(aws, cluster, beside, tags)
    kind = "aws:rds/clusterInstance:ClusterInstance"
    members: Members = [(kind, f"records-{zone}", f"{NAME}-{zone}", {}) for zone in "ab"]
    declared = {
        "engine": "aurora-postgresql",
        "storageEncrypted": True,
        "kmsKeyId": beside["KmsKeyId"],
        "backupRetentionPeriod": 35,
        "deletionProtection": True,
        "copyTagsToSnapshot": True,
        "iamDatabaseAuthenticationEnabled": True,
        "manageMasterUserPassword": True,
        "enabledCloudwatchLogsExports": ["postgresql"],
        "dbClusterParameterGroupName": GROUP,
        "tags": {each["Key"]: each["Value"] for each in tags},
    }
    return Made(
        {"recordsClusterArn": cluster["DBClusterArn"], "recordsProxyName": NAME},
        (
            ("aws:rds/cluster:Cluster", "records", NAME, declared),
            *members,
            ("aws:rds/proxy:Proxy", "records", NAME, {"requireTls": True, "roleArn": made["RoleArn"]}),
        ),
    )


def _proxy(
    aws: Clients, cluster: Mapping[str, Any], beside: Mapping[str, Any], tags: list[Mapping[str, str]]
) -> Mapping[str, Any]:
    """A proxy before the cluster, which clients sign in to with IAM."""
    secret = cluster["MasterUserSecret"]["SecretArn"]
    account = cluster["DBClusterArn"].split(":")[4]
    trusted = {
        "Effect": "Allow",
        "Principal": {"Service": "rds.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
    }
    allowed = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": secret}
    iam, name = aws.client("iam"), f"{NAME}-proxy"
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document(trusted), Tags=tags)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="secret", PolicyDocument=_document(allowed))
    made: Mapping[str, Any] = aws.client("rds").create_db_proxy(
        DBProxyName=NAME,
        EngineFamily="POSTGRESQL",
        Auth=[{"AuthScheme": "SECRETS", "SecretArn": secret, "IAMAuth": "REQUIRED"}],
        RoleArn=role,
        VpcSubnetIds=[each["SubnetIdentifier"] for each in beside["DBSubnetGroup"]["Subnets"]],
        VpcSecurityGroupIds=[each["VpcSecurityGroupId"] for each in beside["VpcSecurityGroups"]],
        RequireTLS=True,
        Tags=tags,
    )["DBProxy"]
    return made


def _document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def plan_role(aws: Clients, outputs: Mapping[str, str | list[str]]) -> str:
    """The role of the plan's first selection."""
    backup, plan = aws.client("backup"), str(outputs["backupPlanId"])
    first = backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"][0]
    found = backup.get_backup_selection(BackupPlanId=plan, SelectionId=first["SelectionId"])
    return str(found["BackupSelection"]["IamRoleArn"])


def _name(arn: str | list[str]) -> str:
    return str(arn).rpartition(":")[2]
