"""The application, as `cdk deploy` makes it of ApplicationLoadBalancedFargateService, DatabaseInstance and Bucket."""

import json
from typing import Any

from support.day_one.names import ACCESS_LOGS_BUCKET, ACCOUNT, REGION, STACK, as_list, cdk_tags

from stack.local.endpoint import Clients

BUCKET = "clinic-documents8216a1f4-k2m1p0qz7v"
CLUSTER = "Clinic-ClusterEB0386A7-b2Vv7nQkJ1mR"
DATABASE = "clinic-databaseb269d8bb-x7c1q9w2e4r5"
SECRET = "ClinicDatabaseSecret3B817195-Hq5vC8dK2mXz"
TASK_LOGS = "Clinic-ServiceTaskDefwebLogGroup2A898F61-9nB3vC7xZ1qW"
INSIGHTS_LOGS = f"/aws/ecs/containerinsights/{CLUSTER}/performance"
DOMAIN = "clinic.example.org"
PORT = 8080


def deploy(aws: Clients) -> dict[str, dict[str, str]]:
    """Deploys it, and returns what the CDK writes to `cdk-outputs.json`."""
    vpc, public, private = _network(aws)
    _bucket(aws)
    database = _database(aws, vpc, private)
    return {STACK: {**_service(aws, vpc, public, private, database), **_outputs(vpc)}}


def _outputs(vpc: str) -> dict[str, str]:
    return {
        "Environment": "prod",
        "Region": REGION,
        "AccountId": ACCOUNT,
        "VpcId": vpc,
        "DocumentsBucketName": BUCKET,
        "LogRetentionRoleArn": _arn("LogRetentionServiceRole"),
        "RestrictDefaultGroupRoleArn": _arn("CustomVpcRestrictDefaultSGCustomResourceProviderRole"),
        "DatabaseInstanceArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:db:{DATABASE}",
    }


def _arn(role: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{STACK}-{role}"


def _tag_specification(kind: str, path: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": as_list({"Name": f"{STACK}/{path}", **cdk_tags(path)})}]


def _network(aws: Clients) -> tuple[str, list[str], list[str]]:
    """The CDK's Vpc: two zones, public and private subnets, a NAT gateway a zone, the default group emptied."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=_tag_specification("vpc", "Vpc"))["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsSupport={"Value": True})
    internet = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=internet, VpcId=vpc)
    public, private = [], []
    for number, zone in enumerate("ab"):
        out = _subnet(aws, vpc, f"10.0.{number}.0/24", zone, f"PublicSubnet{number + 1}")
        ec2.modify_subnet_attribute(SubnetId=out, MapPublicIpOnLaunch={"Value": True})
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        nat = ec2.create_nat_gateway(SubnetId=out, AllocationId=address)["NatGateway"]["NatGatewayId"]
        _route(aws, vpc, out, GatewayId=internet)
        inside = _subnet(aws, vpc, f"10.0.{number + 10}.0/24", zone, f"PrivateSubnet{number + 1}")
        _route(aws, vpc, inside, NatGatewayId=nat)
        public.append(out)
        private.append(inside)
    _empty_default_group(aws, vpc)
    ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination=f"arn:aws:s3:::{ACCESS_LOGS_BUCKET}",
    )
    _guardduty_endpoint(aws, vpc, private)
    return vpc, public, private


def _subnet(aws: Clients, vpc: str, block: str, zone: str, path: str) -> str:
    made = aws.client("ec2").create_subnet(
        VpcId=vpc,
        CidrBlock=block,
        AvailabilityZone=f"{REGION}{zone}",
        TagSpecifications=_tag_specification("subnet", path),
    )
    return str(made["Subnet"]["SubnetId"])


def _route(aws: Clients, vpc: str, subnet: str, **target: str) -> None:
    ec2 = aws.client("ec2")
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)


def _empty_default_group(aws: Clients, vpc: str) -> None:
    """As the CDK's custom resource Custom::VpcRestrictDefaultSG does."""
    ec2 = aws.client("ec2")
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    (group,) = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    for revoke, rules in (
        (ec2.revoke_security_group_ingress, group["IpPermissions"]),
        (ec2.revoke_security_group_egress, group["IpPermissionsEgress"]),
    ):
        if rules:
            revoke(GroupId=group["GroupId"], IpPermissions=rules)


def _guardduty_endpoint(aws: Clients, vpc: str, subnets: list[str]) -> None:
    """What GuardDuty's automated agent management makes in the VPC."""
    ec2 = aws.client("ec2")
    managed = {"GuardDutyManaged": "true"}
    group = ec2.create_security_group(
        GroupName=f"GuardDutyManagedSecurityGroup-{vpc}",
        Description="Associated with VPC endpoint created by GuardDuty",
        VpcId=vpc,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": as_list(managed)}],
    )["GroupId"]
    _allow(aws, group, 443, IpRanges=[{"CidrIp": "10.0.0.0/16"}])
    ec2.create_vpc_endpoint(
        VpcId=vpc,
        VpcEndpointType="Interface",
        ServiceName=f"com.amazonaws.{REGION}.guardduty-data",
        SubnetIds=subnets,
        SecurityGroupIds=[group],
        PrivateDnsEnabled=True,
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": as_list(managed)}],
    )


def _group(aws: Clients, vpc: str, path: str) -> str:
    """A security group of the CDK, which allows all outbound traffic."""
    made = aws.client("ec2").create_security_group(
        GroupName=f"{STACK}-{path}",
        Description=f"{STACK}/{path}",
        VpcId=vpc,
        TagSpecifications=_tag_specification("security-group", path),
    )
    return str(made["GroupId"])


def _allow(aws: Clients, group: str, port: int, **source: Any) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **source}
    aws.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])


def _bucket(aws: Clients) -> None:
    """Bucket(block_public_access=BLOCK_ALL, encryption=S3_MANAGED, enforce_ssl, minimum_tls_version, versioned)."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    blocked = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=dict.fromkeys(blocked, True))
    encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration=encryption)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_ownership_controls(
        Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    arns = [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
    deny = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": arns}
    statements = [
        {**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {**deny, "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
    ]
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": as_list({"Name": BUCKET})})


def _database(aws: Clients, vpc: str, subnets: list[str]) -> tuple[str, str]:
    """DatabaseInstance(engine=postgres, storage_encrypted=True) and its generated secret; its group and the secret."""
    group = _group(aws, vpc, "DatabaseSecurityGroup")
    secret = aws.client("secretsmanager").create_secret(
        Name=SECRET,
        Description=f"Generated by the CDK for stack: {STACK}",
        SecretString=json.dumps({"username": "postgres", "password": "generated-by-secrets-manager", "port": 5432}),
        Tags=as_list(cdk_tags("DatabaseSecret")),
    )["ARN"]
    rds = aws.client("rds")
    rds.create_db_subnet_group(
        DBSubnetGroupName="clinic-databasesubnetgroup",
        DBSubnetGroupDescription="Subnet group for Database database",
        SubnetIds=subnets,
    )
    rds.create_db_instance(
        DBInstanceIdentifier=DATABASE,
        DBName="clinic",
        Engine="postgres",
        EngineVersion="16.4",
        DBInstanceClass="db.t4g.small",
        AllocatedStorage=100,
        StorageType="gp3",
        StorageEncrypted=True,
        MasterUsername="postgres",
        MasterUserPassword="generated-by-secrets-manager",
        MultiAZ=True,
        PubliclyAccessible=False,
        AutoMinorVersionUpgrade=True,
        CopyTagsToSnapshot=True,
        BackupRetentionPeriod=35,
        DBSubnetGroupName="clinic-databasesubnetgroup",
        VpcSecurityGroupIds=[group],
        Tags=as_list(cdk_tags("Database")),
    )
    return group, str(secret)


def _role(aws: Clients, path: str, service: str, *statements: dict[str, Any]) -> str:
    """A role of the CDK, with its default policy."""
    iam = aws.client("iam")
    trusted = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    made = iam.create_role(
        RoleName=f"{STACK}-{path}",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trusted]}),
        Tags=as_list(cdk_tags(path)),
    )
    if statements:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_role_policy(RoleName=f"{STACK}-{path}", PolicyName=f"{path}DefaultPolicy", PolicyDocument=document)
    return str(made["Role"]["Arn"])


def _may(resource: str | list[str], *actions: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def _roles(aws: Clients, secret: str, repository: str) -> tuple[str, str]:
    """The task's and the execution role; and those of the custom resources' and log retention's functions."""
    logs = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:"
    _role(
        aws,
        "LogRetentionServiceRole",
        "lambda.amazonaws.com",
        _may(
            f"{logs}/aws/lambda/{STACK}-LogRetention*",
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
        ),
        # aws-cdk-lib aws-logs/lib/log-retention.ts: no resource can be named in advance.
        _may("*", "logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy"),
    )
    groups = f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/*"
    changes = ("AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress")
    undoes = ("RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress")
    _role(
        aws,
        "CustomVpcRestrictDefaultSGCustomResourceProviderRole",
        "lambda.amazonaws.com",
        _may(groups, *(f"ec2:{each}" for each in (*changes, *undoes))),
    )
    execution = _role(
        aws,
        "ServiceTaskDefExecutionRole",
        "ecs-tasks.amazonaws.com",
        _may(repository, "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"),
        _may("*", "ecr:GetAuthorizationToken"),
        _may(f"{logs}{TASK_LOGS}:*", "logs:CreateLogStream", "logs:PutLogEvents"),
        _may(secret, "secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"),
    )
    task = _role(
        aws,
        "ServiceTaskDefTaskRole",
        "ecs-tasks.amazonaws.com",
        _may([f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"], "s3:GetObject*", "s3:List*", "s3:PutObject"),
    )
    return task, execution


def _service(
    aws: Clients, vpc: str, public: list[str], private: list[str], database: tuple[str, str]
) -> dict[str, str]:
    """ApplicationLoadBalancedFargateService(certificate, redirect_http, public_load_balancer), native rolling."""
    database_group, secret = database
    repository = aws.client("ecr").create_repository(
        repositoryName="clinic", imageScanningConfiguration={"scanOnPush": True}, imageTagMutability="IMMUTABLE"
    )["repository"]
    image = f"{repository['repositoryUri']}:1"
    _push(aws, image)
    task_role, execution_role = _roles(aws, secret, repository["repositoryArn"])
    for name, retention in ((TASK_LOGS, None), (INSIGHTS_LOGS, 1)):
        aws.client("logs").create_log_group(logGroupName=name)
        if retention:
            aws.client("logs").put_retention_policy(logGroupName=name, retentionInDays=retention)
    balancer_group, task_group = _group(aws, vpc, "ServiceLBSecurityGroup"), _group(aws, vpc, "ServiceSecurityGroup")
    for port in (80, 443):
        _allow(
            aws,
            balancer_group,
            port,
            IpRanges=[{"CidrIp": "0.0.0.0/0", "Description": f"Allow from anyone on port {port}"}],
        )
    _restrict_egress(aws, balancer_group, task_group)
    _allow(aws, task_group, PORT, UserIdGroupPairs=[{"GroupId": balancer_group}])
    _allow(aws, database_group, 5432, UserIdGroupPairs=[{"GroupId": task_group}])
    balancer, target = _load_balancer(aws, vpc, public, balancer_group)
    task = _task_definition(aws, image, secret, task_role, execution_role)
    ecs = aws.client("ecs")
    cluster = ecs.create_cluster(
        clusterName=CLUSTER,
        settings=[{"name": "containerInsights", "value": "enabled"}],
        tags=as_list(cdk_tags("Cluster"), key="key", value="value"),
    )["cluster"]["clusterArn"]
    deployment = {
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "maximumPercent": 200,
        "minimumHealthyPercent": 100,
    }
    service = ecs.create_service(
        cluster=cluster,
        serviceName="Clinic-Service9571FDD8-kYb1Wq0XzT3v",
        taskDefinition=task,
        desiredCount=2,
        launchType="FARGATE",
        platformVersion="LATEST",
        deploymentController={"type": "ECS"},
        deploymentConfiguration=deployment,
        loadBalancers=[{"targetGroupArn": target, "containerName": "web", "containerPort": PORT}],
        networkConfiguration={
            "awsvpcConfiguration": {"subnets": private, "securityGroups": [task_group], "assignPublicIp": "DISABLED"}
        },
        tags=as_list(cdk_tags("Service"), key="key", value="value"),
    )["service"]["serviceArn"]
    ecs.update_service(
        cluster=cluster, service=service, desiredCount=2, deploymentConfiguration=deployment, enableExecuteCommand=False
    )
    targets = [{"Id": f"10.0.{number}.20", "Port": PORT} for number in (10, 11)]
    aws.client("elbv2").register_targets(TargetGroupArn=target, Targets=targets)
    return {
        "ServiceLoadBalancerDNSEC5B149E": balancer["DNSName"],
        "ServiceServiceURL250C0FB6": f"https://{DOMAIN}",
        "LoadBalancerArn": balancer["LoadBalancerArn"],
        "ServiceArn": service,
    }


def _restrict_egress(aws: Clients, balancer: str, tasks: str) -> None:
    """The CDK lets a load balancer's group out to its targets, and to nothing else."""
    ec2 = aws.client("ec2")
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.revoke_security_group_egress(GroupId=balancer, IpPermissions=everything)
    to_tasks = {"IpProtocol": "tcp", "FromPort": PORT, "ToPort": PORT, "UserIdGroupPairs": [{"GroupId": tasks}]}
    ec2.authorize_security_group_egress(GroupId=balancer, IpPermissions=[to_tasks])


def _push(aws: Clients, image: str) -> None:
    from stack.local.operation import push_image

    push_image(aws, image, image.rpartition(":")[0])


def _load_balancer(aws: Clients, vpc: str, subnets: list[str], group: str) -> tuple[dict[str, Any], str]:
    certificate = aws.client("acm").request_certificate(DomainName=DOMAIN, ValidationMethod="DNS")["CertificateArn"]
    elb = aws.client("elbv2")
    (balancer,) = elb.create_load_balancer(
        Name="Clinic-Servi-1QWERTY2UIOP",
        Subnets=subnets,
        SecurityGroups=[group],
        Scheme="internet-facing",
        Type="application",
        Tags=as_list(cdk_tags("ServiceLB")),
    )["LoadBalancers"]
    attributes = {
        "deletion_protection.enabled": "false",
        "access_logs.s3.enabled": "true",
        "access_logs.s3.bucket": ACCESS_LOGS_BUCKET,
        # What AWS sets where nothing is said, which moto leaves out.
        "routing.http.drop_invalid_header_fields.enabled": "false",
        "routing.http.desync_mitigation_mode": "defensive",
    }
    elb.modify_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"], Attributes=as_list(attributes))
    target = elb.create_target_group(
        Name="Clinic-Servi-TARGETGROUP1", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip", HealthCheckPath="/"
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTPS",
        Port=443,
        SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
        Certificates=[{"CertificateArn": certificate}],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": target}],
    )
    redirect = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_302"}
    elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "redirect", "RedirectConfig": redirect}],
    )
    return balancer, str(target)


def _task_definition(aws: Clients, image: str, secret: str, task_role: str, execution_role: str) -> str:
    container = {
        "name": "web",
        "image": image,
        "essential": True,
        "portMappings": [{"containerPort": PORT, "protocol": "tcp"}],
        "environment": [{"name": "BUCKET", "value": BUCKET}, {"name": "PGSSLMODE", "value": "verify-full"}],
        "secrets": [{"name": "DATABASE_PASSWORD", "valueFrom": f"{secret}:password::"}],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {"awslogs-group": TASK_LOGS, "awslogs-region": REGION, "awslogs-stream-prefix": "web"},
        },
    }
    made = aws.client("ecs").register_task_definition(
        family="ClinicServiceTaskDef7E2F3A1C",
        containerDefinitions=[container],
        taskRoleArn=task_role,
        executionRoleArn=execution_role,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="512",
        memory="1024",
        tags=as_list(cdk_tags("ServiceTaskDef"), key="key", value="value"),
    )
    return str(made["taskDefinition"]["taskDefinitionArn"])
