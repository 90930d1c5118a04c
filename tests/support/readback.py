"""Each resource type as moto answers, in the names and forms that the Pulumi program declares.

Independent of the engine: a describe call a type, and the program's own property names.
"""

import json
from urllib.parse import unquote


def tags(listed, key="Key", value="Value"):
    return {tag[key]: tag[value] for tag in listed}


def named(source, **names):
    """`source`'s values under the program's names."""
    return {ours: source.get(theirs) for ours, theirs in names.items()}


def certificate(aws, resource):
    acm = aws.client("acm")
    live = acm.describe_certificate(CertificateArn=resource["id"])["Certificate"]
    return {
        "domainName": live["DomainName"],
        "validationMethod": live["DomainValidationOptions"][0]["ValidationMethod"],
        "tags": tags(acm.list_tags_for_certificate(CertificateArn=resource["id"])["Tags"]),
    }


def certificate_validation(aws, resource):
    live = aws.client("acm").describe_certificate(CertificateArn=resource["id"])["Certificate"]
    names = [option["ResourceRecord"]["Name"] for option in live["DomainValidationOptions"]]
    issued = live["CertificateArn"] if live["Status"] == "ISSUED" else live["Status"]
    return {"certificateArn": issued, "validationRecordFqdns": [name.rstrip(".") for name in names]}


def log_group(aws, resource):
    logs = aws.client("logs")
    groups = logs.describe_log_groups(logGroupNamePrefix=resource["id"])["logGroups"]
    (live,) = [group for group in groups if group["logGroupName"] == resource["id"]]
    return {
        **named(live, kmsKeyId="kmsKeyId", name="logGroupName", retentionInDays="retentionInDays"),
        "tags": logs.list_tags_for_resource(resourceArn=resource["outputs"]["arn"])["tags"],
    }


def default_security_group(aws, resource):
    (live,) = aws.client("ec2").describe_security_groups(GroupIds=[resource["id"]])["SecurityGroups"]
    return {
        "vpcId": live["VpcId"] if live["GroupName"] == "default" else None,
        "ingress": live["IpPermissions"],
        "egress": live["IpPermissionsEgress"],
        "tags": tags(live["Tags"]),
    }


def security_group(aws, resource):
    (live,) = aws.client("ec2").describe_security_groups(GroupIds=[resource["id"]])["SecurityGroups"]
    return {**named(live, vpcId="VpcId", name="GroupName", description="Description"), "tags": tags(live["Tags"])}


def security_group_rule(aws, resource):
    rules = aws.client("ec2").describe_security_group_rules(SecurityGroupRuleIds=[resource["id"]])
    (live,) = rules["SecurityGroupRules"]
    outward = "Egress" in resource["type"]
    return {
        **named(
            live,
            cidrIpv4="CidrIpv4",
            description="Description",
            fromPort="FromPort",
            ipProtocol="IpProtocol",
            prefixListId="PrefixListId",
            toPort="ToPort",
        ),
        "referencedSecurityGroupId": live.get("ReferencedGroupInfo", {}).get("GroupId"),
        "securityGroupId": live["GroupId"] if live["IsEgress"] == outward else None,
        "tags": tags(live["Tags"]),
    }


def eip(aws, resource):
    (live,) = aws.client("ec2").describe_addresses(AllocationIds=[resource["id"]])["Addresses"]
    return {"domain": live["Domain"], "tags": tags(live["Tags"])}


def flow_log(aws, resource):
    (live,) = aws.client("ec2").describe_flow_logs(FlowLogIds=[resource["id"]])["FlowLogs"]
    group = live["LogGroupName"] if live["DeliverLogsStatus"] == "SUCCESS" else live["DeliverLogsStatus"]
    return {
        **named(
            live,
            iamRoleArn="DeliverLogsPermissionArn",
            logDestinationType="LogDestinationType",
            maxAggregationInterval="MaxAggregationInterval",
            trafficType="TrafficType",
            vpcId="ResourceId",
        ),
        "logDestination": f"arn:aws:logs:{aws.region}:{aws.account}:log-group:{group}",
        "tags": tags(live["Tags"]),
    }


def internet_gateway(aws, resource):
    (live,) = aws.client("ec2").describe_internet_gateways(InternetGatewayIds=[resource["id"]])["InternetGateways"]
    return {"vpcId": live["Attachments"][0]["VpcId"], "tags": tags(live["Tags"])}


def nat_gateway(aws, resource):
    (live,) = aws.client("ec2").describe_nat_gateways(NatGatewayIds=[resource["id"]])["NatGateways"]
    return {
        "subnetId": live["SubnetId"],
        "allocationId": live["NatGatewayAddresses"][0]["AllocationId"],
        "tags": tags(live["Tags"]),
    }


def route_table(aws, resource):
    (live,) = aws.client("ec2").describe_route_tables(RouteTableIds=[resource["id"]])["RouteTables"]
    return {"vpcId": live["VpcId"], "tags": tags(live["Tags"])}


def route(aws, resource):
    table_id, cidr = resource["inputs"]["routeTableId"], resource["inputs"]["destinationCidrBlock"]
    (table,) = aws.client("ec2").describe_route_tables(RouteTableIds=[table_id])["RouteTables"]
    (live,) = [each for each in table["Routes"] if each.get("DestinationCidrBlock") == cidr]
    return {
        "routeTableId": table["RouteTableId"],
        **named(live, destinationCidrBlock="DestinationCidrBlock", gatewayId="GatewayId", natGatewayId="NatGatewayId"),
    }


def route_table_association(aws, resource):
    filters = [{"Name": "association.route-table-association-id", "Values": [resource["id"]]}]
    (table,) = aws.client("ec2").describe_route_tables(Filters=filters)["RouteTables"]
    (live,) = [each for each in table["Associations"] if each["RouteTableAssociationId"] == resource["id"]]
    return named(live, routeTableId="RouteTableId", subnetId="SubnetId")


def subnet(aws, resource):
    (live,) = aws.client("ec2").describe_subnets(SubnetIds=[resource["id"]])["Subnets"]
    return {
        **named(
            live,
            availabilityZone="AvailabilityZone",
            cidrBlock="CidrBlock",
            mapPublicIpOnLaunch="MapPublicIpOnLaunch",
            vpcId="VpcId",
        ),
        "tags": tags(live["Tags"]),
    }


def vpc(aws, resource):
    ec2 = aws.client("ec2")
    (live,) = ec2.describe_vpcs(VpcIds=[resource["id"]])["Vpcs"]
    attribute = lambda name: ec2.describe_vpc_attribute(VpcId=resource["id"], Attribute=name)  # noqa: E731
    return {
        "cidrBlock": live["CidrBlock"],
        "enableDnsHostnames": attribute("enableDnsHostnames")["EnableDnsHostnames"]["Value"],
        "enableDnsSupport": attribute("enableDnsSupport")["EnableDnsSupport"]["Value"],
        "tags": tags(live["Tags"]),
    }


def vpc_endpoint(aws, resource):
    (live,) = aws.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[resource["id"]])["VpcEndpoints"]
    return {
        **named(
            live,
            policy="PolicyDocument",
            privateDnsEnabled="PrivateDnsEnabled",
            routeTableIds="RouteTableIds",
            serviceName="ServiceName",
            subnetIds="SubnetIds",
            vpcEndpointType="VpcEndpointType",
            vpcId="VpcId",
        ),
        "securityGroupIds": [group["GroupId"] for group in live.get("Groups", [])],
        "tags": tags(live["Tags"]),
    }


def lifecycle_policy(aws, resource):
    live = aws.client("ecr").get_lifecycle_policy(repositoryName=resource["id"])
    return named(live, repository="repositoryName", policy="lifecyclePolicyText")


def repository(aws, resource):
    ecr = aws.client("ecr")
    (live,) = ecr.describe_repositories(repositoryNames=[resource["id"]])["repositories"]
    return {
        **named(
            live,
            imageScanningConfiguration="imageScanningConfiguration",
            imageTagMutability="imageTagMutability",
            name="repositoryName",
        ),
        "encryptionConfigurations": [live["encryptionConfiguration"]],
        "tags": tags(ecr.list_tags_for_resource(resourceArn=live["repositoryArn"])["tags"]),
    }


def cluster(aws, resource):
    (live,) = aws.client("ecs").describe_clusters(clusters=[resource["id"]], include=["SETTINGS", "TAGS"])["clusters"]
    return {"name": live["clusterName"], "settings": live["settings"], "tags": tags(live["tags"], "key", "value")}


def service(aws, resource):
    inputs = resource["inputs"]
    answer = aws.client("ecs").describe_services(cluster=inputs["cluster"], services=[resource["id"]], include=["TAGS"])
    (live,) = answer["services"]
    network = live["networkConfiguration"]["awsvpcConfiguration"]
    deployment = live.get("deploymentConfiguration", {})
    return {
        **named(
            live,
            cluster="clusterArn",
            desiredCount="desiredCount",
            enableEcsManagedTags="enableECSManagedTags",
            enableExecuteCommand="enableExecuteCommand",
            healthCheckGracePeriodSeconds="healthCheckGracePeriodSeconds",
            launchType="launchType",
            loadBalancers="loadBalancers",
            name="serviceName",
            platformVersion="platformVersion",
            propagateTags="propagateTags",
            taskDefinition="taskDefinition",
        ),
        "networkConfiguration": {**network, "assignPublicIp": network["assignPublicIp"] == "ENABLED"},
        "deploymentCircuitBreaker": deployment.get("deploymentCircuitBreaker"),
        "deploymentMaximumPercent": deployment.get("maximumPercent"),
        "deploymentMinimumHealthyPercent": deployment.get("minimumHealthyPercent"),
        "tags": tags(live["tags"], "key", "value"),
    }


def task_definition(aws, resource):
    arn = resource["outputs"]["arn"]
    answer = aws.client("ecs").describe_task_definition(taskDefinition=arn, include=["TAGS"])
    live = answer["taskDefinition"]
    declared = json.loads(resource["inputs"]["containerDefinitions"])
    containers = [
        {name: container.get(name) for name in ours}  # ECS answers its own defaults beside what was asked
        for ours, container in zip(declared, live["containerDefinitions"], strict=True)
    ]
    return {
        **named(
            live,
            cpu="cpu",
            executionRoleArn="executionRoleArn",
            family="family",
            memory="memory",
            networkMode="networkMode",
            requiresCompatibilities="requiresCompatibilities",
            runtimePlatform="runtimePlatform",
            taskRoleArn="taskRoleArn",
        ),
        "containerDefinitions": json.dumps(containers),
        "tags": tags(answer["tags"], "key", "value"),
    }


def role(aws, resource):
    live = aws.client("iam").get_role(RoleName=resource["id"])["Role"]
    return {
        **named(live, name="RoleName", description="Description"),
        "assumeRolePolicy": json.dumps(live["AssumeRolePolicyDocument"]),
        "tags": tags(live["Tags"]),
    }


def role_policy(aws, resource):
    role_name, name = resource["id"].split(":")
    live = aws.client("iam").get_role_policy(RoleName=role_name, PolicyName=name)
    return {**named(live, role="RoleName", name="PolicyName"), "policy": json.dumps(live["PolicyDocument"])}


def key(aws, resource):
    kms = aws.client("kms")
    return {
        "description": kms.describe_key(KeyId=resource["id"])["KeyMetadata"]["Description"],
        "enableKeyRotation": kms.get_key_rotation_status(KeyId=resource["id"])["KeyRotationEnabled"],
        "policy": kms.get_key_policy(KeyId=resource["id"], PolicyName="default")["Policy"],
        "tags": tags(kms.list_resource_tags(KeyId=resource["id"])["Tags"], "TagKey", "TagValue"),
    }


def alias(aws, resource):
    aliases = aws.client("kms").list_aliases()["Aliases"]
    (live,) = [each for each in aliases if each["AliasName"] == resource["id"]]
    return named(live, name="AliasName", targetKeyId="TargetKeyId")


def listener(aws, resource):
    (live,) = aws.client("elbv2").describe_listeners(ListenerArns=[resource["id"]])["Listeners"]
    return {
        **named(live, loadBalancerArn="LoadBalancerArn", port="Port", protocol="Protocol", sslPolicy="SslPolicy"),
        "certificateArn": live["Certificates"][0]["CertificateArn"] if live.get("Certificates") else None,
        "defaultActions": [action(each) for each in live["DefaultActions"]],
        "tags": balancing_tags(aws, resource),
    }


def action(live):
    if live["Type"] == "redirect":
        redirect = live["RedirectConfig"]
        return {
            "type": "redirect",
            "redirect": named(redirect, port="Port", protocol="Protocol", statusCode="StatusCode"),
        }
    return {"type": live["Type"], "targetGroupArn": live["TargetGroupArn"]}


def balancing_tags(aws, resource):
    (described,) = aws.client("elbv2").describe_tags(ResourceArns=[resource["id"]])["TagDescriptions"]
    return tags(described["Tags"])


def load_balancer(aws, resource):
    elb = aws.client("elbv2")
    (live,) = elb.describe_load_balancers(LoadBalancerArns=[resource["id"]])["LoadBalancers"]
    attributes = tags(elb.describe_load_balancer_attributes(LoadBalancerArn=resource["id"])["Attributes"])
    return {
        **named(live, name="LoadBalancerName", loadBalancerType="Type", securityGroups="SecurityGroups"),
        "internal": live["Scheme"] == "internal",
        "subnets": [zone["SubnetId"] for zone in live["AvailabilityZones"]],
        "accessLogs": {
            "bucket": attributes["access_logs.s3.bucket"],
            "enabled": attributes["access_logs.s3.enabled"] == "true",
        },
        "desyncMitigationMode": attributes["routing.http.desync_mitigation_mode"],
        "dropInvalidHeaderFields": attributes["routing.http.drop_invalid_header_fields.enabled"] == "true",
        "enableDeletionProtection": attributes["deletion_protection.enabled"] == "true",
        "tags": balancing_tags(aws, resource),
    }


def target_group(aws, resource):
    elb = aws.client("elbv2")
    (live,) = elb.describe_target_groups(TargetGroupArns=[resource["id"]])["TargetGroups"]
    attributes = tags(elb.describe_target_group_attributes(TargetGroupArn=resource["id"])["Attributes"])
    check = named(live, protocol="HealthCheckProtocol", port="HealthCheckPort", path="HealthCheckPath")
    return {
        **named(live, name="TargetGroupName", port="Port", protocol="Protocol", targetType="TargetType", vpcId="VpcId"),
        "deregistrationDelay": int(attributes["deregistration_delay.timeout_seconds"]),
        "healthCheck": {**check, "matcher": live["Matcher"]["HttpCode"]},
        "tags": balancing_tags(aws, resource),
    }


def instance(aws, resource):
    name = resource["inputs"]["identifier"]
    (live,) = aws.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    secret = live.get("MasterUserSecret", {})
    return {
        **named(
            live,
            allocatedStorage="AllocatedStorage",
            autoMinorVersionUpgrade="AutoMinorVersionUpgrade",
            backupRetentionPeriod="BackupRetentionPeriod",
            backupWindow="PreferredBackupWindow",
            caCertIdentifier="CACertificateIdentifier",
            copyTagsToSnapshot="CopyTagsToSnapshot",
            dbName="DBName",
            deletionProtection="DeletionProtection",
            enabledCloudwatchLogsExports="EnabledCloudwatchLogsExports",
            engine="Engine",
            engineVersion="EngineVersion",
            iamDatabaseAuthenticationEnabled="IAMDatabaseAuthenticationEnabled",
            identifier="DBInstanceIdentifier",
            instanceClass="DBInstanceClass",
            kmsKeyId="KmsKeyId",
            maintenanceWindow="PreferredMaintenanceWindow",
            monitoringInterval="MonitoringInterval",
            monitoringRoleArn="MonitoringRoleArn",
            multiAz="MultiAZ",
            performanceInsightsEnabled="PerformanceInsightsEnabled",
            performanceInsightsKmsKeyId="PerformanceInsightsKMSKeyId",
            performanceInsightsRetentionPeriod="PerformanceInsightsRetentionPeriod",
            publiclyAccessible="PubliclyAccessible",
            storageEncrypted="StorageEncrypted",
            storageType="StorageType",
            username="MasterUsername",
        ),
        "dbSubnetGroupName": live["DBSubnetGroup"]["DBSubnetGroupName"],
        "manageMasterUserPassword": bool(secret),
        "masterUserSecretKmsKeyId": secret.get("KmsKeyId"),
        "parameterGroupName": live["DBParameterGroups"][0]["DBParameterGroupName"],
        "port": live["Endpoint"]["Port"],
        "tags": tags(live["TagList"]),
        "vpcSecurityGroupIds": [group["VpcSecurityGroupId"] for group in live["VpcSecurityGroups"]],
    }


def parameter_group(aws, resource):
    rds = aws.client("rds")
    (live,) = rds.describe_db_parameter_groups(DBParameterGroupName=resource["id"])["DBParameterGroups"]
    parameters = rds.describe_db_parameters(DBParameterGroupName=resource["id"])["Parameters"]
    return {
        **named(live, name="DBParameterGroupName", family="DBParameterGroupFamily", description="Description"),
        "parameters": [
            named(each, name="ParameterName", value="ParameterValue", applyMethod="ApplyMethod") for each in parameters
        ],
        "tags": tags(rds.list_tags_for_resource(ResourceName=live["DBParameterGroupArn"])["TagList"]),
    }


def subnet_group(aws, resource):
    rds = aws.client("rds")
    (live,) = rds.describe_db_subnet_groups(DBSubnetGroupName=resource["id"])["DBSubnetGroups"]
    return {
        **named(live, name="DBSubnetGroupName", description="DBSubnetGroupDescription"),
        "subnetIds": [each["SubnetIdentifier"] for each in live["Subnets"]],
        "tags": tags(rds.list_tags_for_resource(ResourceName=live["DBSubnetGroupArn"])["TagList"]),
    }


def record(aws, resource):
    inputs = resource["inputs"]
    records = aws.client("route53").list_resource_record_sets(HostedZoneId=inputs["zoneId"])["ResourceRecordSets"]
    (live,) = [
        each
        for each in records
        if each["Name"].rstrip(".") == inputs["name"].rstrip(".") and each["Type"] == inputs["type"]
    ]
    found = {"name": inputs["name"], "type": live["Type"], "zoneId": inputs["zoneId"]}
    if "AliasTarget" in live:
        target = live["AliasTarget"]
        names = {"name": "DNSName", "zoneId": "HostedZoneId", "evaluateTargetHealth": "EvaluateTargetHealth"}
        return {**found, "aliases": [named(target, **names)]}
    return {**found, "ttl": live["TTL"], "records": [each["Value"] for each in live["ResourceRecords"]]}


def bucket(aws, resource):
    s3, name = aws.client("s3"), resource["id"]
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] == aws.region
    return {
        "bucket": name,
        "objectLockEnabled": lockable(s3, name),
        "tags": tags(s3.get_bucket_tagging(Bucket=name)["TagSet"]),
    }


def lockable(s3, name):
    try:
        live = s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]
    except s3.exceptions.ClientError as error:
        return {"ObjectLockConfigurationNotFoundError": False}[error.response["Error"]["Code"]]
    return live["ObjectLockEnabled"] == "Enabled"


def bucket_lifecycle(aws, resource):
    live = aws.client("s3").get_bucket_lifecycle_configuration(Bucket=resource["id"])
    return {"bucket": resource["id"], "rules": lowered(live["Rules"])}


def lowered(value):
    """The value with names as Pulumi writes them, such as bucketKeyEnabled and id."""
    if isinstance(value, list):
        return [lowered(each) for each in value]
    if isinstance(value, dict):
        return {{"ID": "id"}.get(name, name[0].lower() + name[1:]): lowered(each) for name, each in value.items()}
    return value


def bucket_ownership(aws, resource):
    live = aws.client("s3").get_bucket_ownership_controls(Bucket=resource["id"])
    (rule,) = live["OwnershipControls"]["Rules"]
    return {"bucket": resource["id"], "rule": lowered(rule)}


def bucket_policy(aws, resource):
    live = aws.client("s3").get_bucket_policy(Bucket=resource["id"])
    return {"bucket": resource["id"], "policy": live["Policy"]}


def bucket_public_access(aws, resource):
    live = aws.client("s3").get_public_access_block(Bucket=resource["id"])
    return {"bucket": resource["id"], **lowered(live["PublicAccessBlockConfiguration"])}


def bucket_encryption(aws, resource):
    live = aws.client("s3").get_bucket_encryption(Bucket=resource["id"])
    rules = []
    for rule in live["ServerSideEncryptionConfiguration"]["Rules"]:
        default = rule["ApplyServerSideEncryptionByDefault"]
        algorithm = {"sseAlgorithm": default["SSEAlgorithm"]}
        key_id = {"kmsMasterKeyId": default["KMSMasterKeyID"]} if "KMSMasterKeyID" in default else {}
        rules.append(
            {
                "applyServerSideEncryptionByDefault": {**algorithm, **key_id},
                "bucketKeyEnabled": rule["BucketKeyEnabled"],
            }
        )
    return {"bucket": resource["id"], "rules": rules}


def bucket_versioning(aws, resource):
    live = aws.client("s3").get_bucket_versioning(Bucket=resource["id"])
    return {"bucket": resource["id"], "versioningConfiguration": {"status": live["Status"]}}


def secret(aws, resource):
    live = aws.client("secretsmanager").describe_secret(SecretId=resource["id"])
    return {
        **named(live, name="Name", description="Description", kmsKeyId="KmsKeyId"),
        "tags": tags(live["Tags"]),
    }


def secret_version(aws, resource):
    live = aws.client("secretsmanager").get_secret_value(SecretId=resource["inputs"]["secretId"])
    assert live["VersionId"] == resource["id"]
    return {
        "secretId": live["ARN"],
        "secretString": resource["inputs"]["secretString"] if live["SecretString"] else None,
    }


def bucket_object_lock(aws, resource):
    live = aws.client("s3").get_object_lock_configuration(Bucket=resource["id"])["ObjectLockConfiguration"]
    retention = named(live["Rule"]["DefaultRetention"], mode="Mode", days="Days")
    return {"bucket": resource["id"], "rule": {"defaultRetention": retention}}


def bucket_logging(aws, resource):
    live = aws.client("s3").get_bucket_logging(Bucket=resource["id"])["LoggingEnabled"]
    return {"bucket": resource["id"], **lowered(live)}


def secret_rotation(aws, resource):
    live = aws.client("secretsmanager").describe_secret(SecretId=resource["id"])
    rules = {"automaticallyAfterDays": live["RotationRules"]["AutomaticallyAfterDays"]}
    return {
        "secretId": live["ARN"],
        "rotationLambdaArn": live["RotationLambdaARN"] if live["RotationEnabled"] else None,
        "rotationRules": rules,
    }


def permission(aws, resource):
    function = resource["inputs"]["function"]
    (live,) = json.loads(aws.client("lambda").get_policy(FunctionName=function)["Policy"])["Statement"]
    return {
        "statementId": live["Sid"],
        "action": live["Action"],
        "function": live["Resource"],
        "principal": live["Principal"]["Service"],
        "sourceArn": live["Condition"]["ArnLike"]["AWS:SourceArn"],
    }


def trail(aws, resource):
    cloudtrail = aws.client("cloudtrail")
    live = cloudtrail.get_trail(Name=resource["id"])["Trail"]
    selectors = cloudtrail.get_event_selectors(TrailName=resource["id"])["EventSelectors"]
    (listed,) = cloudtrail.list_tags(ResourceIdList=[resource["id"]])["ResourceTagList"]
    return {
        **named(
            live,
            cloudWatchLogsGroupArn="CloudWatchLogsLogGroupArn",
            cloudWatchLogsRoleArn="CloudWatchLogsRoleArn",
            enableLogFileValidation="LogFileValidationEnabled",
            includeGlobalServiceEvents="IncludeGlobalServiceEvents",
            isMultiRegionTrail="IsMultiRegionTrail",
            kmsKeyId="KmsKeyId",
            name="Name",
            s3BucketName="S3BucketName",
        ),
        "enableLogging": cloudtrail.get_trail_status(Name=resource["id"])["IsLogging"],
        "eventSelectors": lowered(selectors),
        "tags": tags(listed["TagsList"]),
    }


def topic(aws, resource):
    sns = aws.client("sns")
    live = sns.get_topic_attributes(TopicArn=resource["id"])["Attributes"]
    return {
        "name": live["TopicArn"].rpartition(":")[2],
        "kmsMasterKeyId": live["KmsMasterKeyId"],
        "policy": live["Policy"],
        "tags": tags(sns.list_tags_for_resource(ResourceArn=resource["id"])["Tags"]),
    }


def subscription(aws, resource):
    live = aws.client("sns").get_subscription_attributes(SubscriptionArn=resource["id"])["Attributes"]
    return named(live, topic="TopicArn", protocol="Protocol", endpoint="Endpoint")


def metric_filter(aws, resource):
    inputs = resource["inputs"]
    found = aws.client("logs").describe_metric_filters(logGroupName=inputs["logGroupName"])["metricFilters"]
    (live,) = [each for each in found if each["filterName"] == resource["id"]]
    (transformation,) = live["metricTransformations"]
    names = {"name": "metricName", "namespace": "metricNamespace", "value": "metricValue"}
    return {
        **named(live, name="filterName", pattern="filterPattern", logGroupName="logGroupName"),
        "metricTransformation": named(transformation, **names),
    }


def metric_alarm(aws, resource):
    cloudwatch = aws.client("cloudwatch")
    (live,) = cloudwatch.describe_alarms(AlarmNames=[resource["id"]])["MetricAlarms"]
    return {
        **named(
            live,
            actionsEnabled="ActionsEnabled",
            alarmActions="AlarmActions",
            alarmDescription="AlarmDescription",
            comparisonOperator="ComparisonOperator",
            evaluationPeriods="EvaluationPeriods",
            insufficientDataActions="InsufficientDataActions",
            metricName="MetricName",
            name="AlarmName",
            namespace="Namespace",
            period="Period",
            statistic="Statistic",
            threshold="Threshold",
            treatMissingData="TreatMissingData",
        ),
        "dimensions": tags(live["Dimensions"], "Name"),
        "tags": tags(cloudwatch.list_tags_for_resource(ResourceARN=live["AlarmArn"])["Tags"]),
    }


def web_acl(aws, resource):
    wafv2, inputs = aws.client("wafv2"), resource["inputs"]
    live = wafv2.get_web_acl(Name=inputs["name"], Scope="REGIONAL", Id=resource["id"])["WebACL"]
    listed = wafv2.list_tags_for_resource(ResourceARN=live["ARN"])["TagInfoForResource"]["TagList"]
    return {
        "name": live["Name"],
        "description": live["Description"],
        "scope": "REGIONAL",  # it was found there
        "defaultAction": lowered(live["DefaultAction"]),
        "rules": [{**lowered(rule), "visibilityConfig": visibility(rule)} for rule in live["Rules"]],
        "visibilityConfig": visibility(live),
        "tags": tags(listed),
    }


def visibility(live):
    return named(
        live["VisibilityConfig"],
        cloudwatchMetricsEnabled="CloudWatchMetricsEnabled",
        metricName="MetricName",
        sampledRequestsEnabled="SampledRequestsEnabled",
    )


def web_acl_association(aws, resource):
    arn = resource["inputs"]["resourceArn"]
    live = aws.client("wafv2").get_web_acl_for_resource(ResourceArn=arn)["WebACL"]
    return {"resourceArn": arn, "webAclArn": live["ARN"]}


def web_acl_logging(aws, resource):
    live = aws.client("wafv2").get_logging_configuration(ResourceArn=resource["id"])["LoggingConfiguration"]
    return lowered(live)


def vault(aws, resource):
    backup = aws.client("backup")
    (live,) = [
        each for each in backup.list_backup_vaults()["BackupVaultList"] if each["BackupVaultName"] == resource["id"]
    ]
    return {
        **named(live, name="BackupVaultName", kmsKeyArn="EncryptionKeyArn"),
        "tags": backup.list_tags(ResourceArn=live["BackupVaultArn"])["Tags"],
    }


def vault_lock(aws, resource):
    vaults = aws.client("backup").list_backup_vaults()["BackupVaultList"]
    (live,) = [each for each in vaults if each["BackupVaultName"] == resource["id"]]
    return {
        "backupVaultName": live["BackupVaultName"] if live["Locked"] else None,
        "minRetentionDays": live["MinRetentionDays"],
    }


def backup_plan(aws, resource):
    backup = aws.client("backup")
    answer = backup.get_backup_plan(BackupPlanId=resource["id"])
    live = answer["BackupPlan"]
    return {
        "name": live["BackupPlanName"],
        "rules": [backup_rule(rule) for rule in live["Rules"]],
        "tags": backup.list_tags(ResourceArn=answer["BackupPlanArn"])["Tags"],
    }


def backup_selection(aws, resource):
    plan = resource["inputs"]["planId"]
    live = aws.client("backup").get_backup_selection(BackupPlanId=plan, SelectionId=resource["id"])
    selection = live["BackupSelection"]
    return {
        "planId": live["BackupPlanId"],
        **named(selection, iamRoleArn="IamRoleArn", name="SelectionName", resources="Resources"),
    }


def analyzer(aws, resource):
    analyzers = aws.client("accessanalyzer").list_analyzers()["analyzers"]
    (live,) = [each for each in analyzers if each["name"] == resource["id"]]
    return named(live, analyzerName="name", type="type", tags="tags")


def backup_rule(live):
    return {
        **named(
            live,
            ruleName="RuleName",
            targetVaultName="TargetBackupVaultName",
            schedule="ScheduleExpression",
            startWindow="StartWindowMinutes",
            completionWindow="CompletionWindowMinutes",
            recoveryPointTags="RecoveryPointTags",
        ),
        "lifecycle": {"deleteAfter": live["Lifecycle"]["DeleteAfterDays"]},
    }


def detector(aws, resource):
    live = aws.client("guardduty").get_detector(DetectorId=resource["id"])
    return {
        "enable": live["Status"] == "ENABLED",
        "findingPublishingFrequency": live["FindingPublishingFrequency"],
        "tags": live["Tags"],
    }


def detector_feature(aws, resource):
    detector_id, name = resource["id"].split("/")
    features = aws.client("guardduty").get_detector(DetectorId=detector_id)["Features"]
    (live,) = [each for each in features if each["Name"] == name]
    return {
        "detectorId": detector_id,
        "name": live["Name"],
        "status": live["Status"],
        "additionalConfigurations": lowered(live.get("AdditionalConfiguration", [])),
    }


def recorder(aws, _resource):
    (live,) = aws.client("config").describe_configuration_recorders()["ConfigurationRecorders"]
    group = named(
        live["recordingGroup"], allSupported="allSupported", includeGlobalResourceTypes="includeGlobalResourceTypes"
    )
    return {**named(live, name="name", roleArn="roleARN"), "recordingGroup": group}


def delivery_channel(aws, _resource):
    (live,) = aws.client("config").describe_delivery_channels()["DeliveryChannels"]
    return {
        **named(live, name="name", s3BucketName="s3BucketName"),
        "snapshotDeliveryProperties": live["configSnapshotDeliveryProperties"],
    }


def recorder_status(aws, _resource):
    (live,) = aws.client("config").describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    return named(live, name="name", isEnabled="recording")


def password_policy(aws, _resource):
    return lowered(aws.client("iam").get_account_password_policy()["PasswordPolicy"])


def account_public_access(aws, resource):
    live = aws.client("s3control").get_public_access_block(AccountId=resource["id"])
    return {"accountId": resource["id"], **lowered(live["PublicAccessBlockConfiguration"])}


def inspector(aws, resource):
    (live,) = aws.client("inspector2").batch_get_account_status(accountIds=resource["inputs"]["accountIds"])["accounts"]
    scanned = [kind.upper() for kind, state in live["resourceState"].items() if state["status"] == "ENABLED"]
    return {"accountIds": [live["accountId"]], "resourceTypes": scanned}


def ebs_encryption(aws, _resource):
    return {"enabled": aws.client("ec2").get_ebs_encryption_by_default()["EbsEncryptionByDefault"]}


def nothing(_aws, _resource):
    """moto holds no such resource: every property of it is a gap."""
    return {}


LIVE = {
    "aws:accessanalyzer/analyzer:Analyzer": analyzer,
    "aws:backup/plan:Plan": backup_plan,
    "aws:backup/selection:Selection": backup_selection,
    "aws:backup/vault:Vault": vault,
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": vault_lock,
    "aws:cfg/deliveryChannel:DeliveryChannel": delivery_channel,
    "aws:cfg/recorder:Recorder": recorder,
    "aws:cfg/recorderStatus:RecorderStatus": recorder_status,
    "aws:cloudtrail/trail:Trail": trail,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": metric_filter,
    "aws:cloudwatch/metricAlarm:MetricAlarm": metric_alarm,
    "aws:ebs/encryptionByDefault:EncryptionByDefault": ebs_encryption,
    "aws:inspector2/enabler:Enabler": inspector,
    "aws:guardduty/detector:Detector": detector,
    "aws:guardduty/detectorFeature:DetectorFeature": detector_feature,
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": password_policy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": nothing,
    "aws:lambda/permission:Permission": permission,
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": account_public_access,
    "aws:s3/bucketLogging:BucketLogging": bucket_logging,
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": bucket_object_lock,
    "aws:secretsmanager/secretRotation:SecretRotation": secret_rotation,
    "aws:sns/topic:Topic": topic,
    "aws:sns/topicSubscription:TopicSubscription": subscription,
    "aws:wafv2/webAcl:WebAcl": web_acl,
    "aws:wafv2/webAclAssociation:WebAclAssociation": web_acl_association,
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": web_acl_logging,
    "aws:acm/certificate:Certificate": certificate,
    "aws:acm/certificateValidation:CertificateValidation": certificate_validation,
    "aws:cloudwatch/logGroup:LogGroup": log_group,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": default_security_group,
    "aws:ec2/eip:Eip": eip,
    "aws:ec2/flowLog:FlowLog": flow_log,
    "aws:ec2/internetGateway:InternetGateway": internet_gateway,
    "aws:ec2/natGateway:NatGateway": nat_gateway,
    "aws:ec2/route:Route": route,
    "aws:ec2/routeTable:RouteTable": route_table,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": route_table_association,
    "aws:ec2/securityGroup:SecurityGroup": security_group,
    "aws:ec2/subnet:Subnet": subnet,
    "aws:ec2/vpc:Vpc": vpc,
    "aws:ec2/vpcEndpoint:VpcEndpoint": vpc_endpoint,
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": lifecycle_policy,
    "aws:ecr/repository:Repository": repository,
    "aws:ecs/cluster:Cluster": cluster,
    "aws:ecs/service:Service": service,
    "aws:ecs/taskDefinition:TaskDefinition": task_definition,
    "aws:iam/role:Role": role,
    "aws:iam/rolePolicy:RolePolicy": role_policy,
    "aws:kms/alias:Alias": alias,
    "aws:kms/key:Key": key,
    "aws:lb/listener:Listener": listener,
    "aws:lb/loadBalancer:LoadBalancer": load_balancer,
    "aws:lb/targetGroup:TargetGroup": target_group,
    "aws:rds/instance:Instance": instance,
    "aws:rds/parameterGroup:ParameterGroup": parameter_group,
    "aws:rds/subnetGroup:SubnetGroup": subnet_group,
    "aws:route53/record:Record": record,
    "aws:s3/bucket:Bucket": bucket,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucket_lifecycle,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucket_ownership,
    "aws:s3/bucketPolicy:BucketPolicy": bucket_policy,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucket_public_access,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": bucket_encryption,
    "aws:s3/bucketVersioning:BucketVersioning": bucket_versioning,
    "aws:secretsmanager/secret:Secret": secret,
    "aws:secretsmanager/secretVersion:SecretVersion": secret_version,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": security_group_rule,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": security_group_rule,
}


def comparable(value):
    """A form in which what means the same is equal: JSON documents parsed, identifiers' lists in any order."""
    pattern = isinstance(value, str) and value.startswith("{ ")  # of a metric filter, which only looks like JSON
    if isinstance(value, str) and value.startswith(("{", "[", "%7B")) and not pattern:
        return comparable(json.loads(unquote(value)))
    if isinstance(value, list):
        return sorted((comparable(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    if isinstance(value, dict):
        return {name: comparable(each) for name, each in value.items()}
    return value
