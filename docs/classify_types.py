"""Writes `detect/resource_types.tsv`: what each type of resource that the tools know can do to data.

    python docs/classify_types.py [TERRAFORM_TYPES.txt]

The types are those of the installed cfn-lint (CloudFormation's registry) and pulumi_aws, and, of Terraform, those in
the file of names that is given, or else those that the table has already. The class of a type follows from its service
and its noun, by the rules below; a service that no rule names is left out, and a type that the table does not hold is
unclassified: it fails a run until somebody has looked at it. `docs/denominator.md` says what the classes mean.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from stack_verify.drift import TABLES

TABLE = Path(__file__).parents[1] / "verify/stack_verify/detect/resource_types.tsv"

# Services by what their resources do unless a noun says otherwise, as CloudFormation, Pulumi and Terraform name them.
SERVICES = {
    "data": """
        agentregistry aiops amazonmq amp amplifyuibuilder appfabric appflow appintegrations appstream
        apptest aps athena awsexternalanthropic b2bi backup backupgateway batch bcmdata bcmdataexports bedrock
        bedrockagentcore bedrockagent bedrockfoundation bedrockmantle bedrockmodel braket cases cassandra cleanrooms
        cleanroomsml cloud9 cloudhsm cloudhsmv2 cloudsearch cloudtrail codeartifact codebuild codecatalyst codecommit
        codeguruprofiler codegurureviewer codepipeline comprehend connect connectcampaigns connectcampaignsv2 cur
        customerprofiles databrew dataexchange datapipeline datasync datazone dax deadline devicefarm devopsagent dlm
        dms docdb docdbelastic drs dsql dynamodb ebs ecr ecrpublic ecs efs eks elasticache elasticbeanstalk
        elasticsearch elastictranscoder emr emrcontainers emrserverless entityresolution evs finspace forecast
        frauddetector fsx gamelift gameliftstreams gammadilithium glacier glue greengrass greengrassv2 groundstation
        healthagent healthimaging healthlake imagebuilder iot iotanalytics iotevents iotfleetwise iotmanagedintegrations
        iotsitewise iotthingsgraph iottwinmaker iotwireless ivs ivschat kafkaconnect kendra kendraranking keyspaces
        kinesis kinesisanalytics kinesisanalyticsv2 kinesisfirehose kinesisvideo lakeformation lambda lambdamicrovms lex
        lexv2models lightsail location logs lookoutequipment lookoutmetrics lookoutvision m2 mailmanager
        managedblockchain mediaconnect mediaconvert medialive mediapackage mediapackagev2 mediastore mediatailor
        memorydb mgn mq msk mskconnect mwaa mwaaserverless neptune neptunegraph nimblestudio novaact odb omics
        opensearch opensearchingest opensearchserverless opensearchservice opsworks osis panorama pcs personalize
        pinpoint pinpointemail pinpointsmsvoicev2 pipes polly qbusiness qldb quicksight rds redshift redshiftdata
        redshiftserverless rekognition robomaker s3 s3control s3express s3files s3outposts s3tables s3vectors sagemaker
        scn sdb securityagent securitylake serverless ses sesv2 simspaceweaver smsvoice sns sqs ssm sfn stepfunctions
        storagegateway swf systemsmanagersap textract timestream timestreaminfluxdb timestreamquery timestreamwrite
        transcribe transfer translate voiceid wickr wisdom workmail workspaces workspacesinstances workspacesthinclient
        workspacesweb elementalinference rtbfabric bedrockagentcoreevaluations schemas eventschemas eventsv2 synthetics
        events datapipelines prometheus db
    """,
    "access": """
        accountaccess acmpca certificatemanager acm cognito directoryservice directoryservicedata iam identitystore kms
        mpa organizations outposts paymentcryptography pcaconnectorad pcaconnectorscep ram rolesanywhere secretsmanager
        servicecatalog serverlessrepo serverlessrepository signer sso ssoadmin supportauthz verifiedpermissions
        cloudformation cloudcontrol cloudcontrolapi codeconnections codestarconnections codedeploy codestar
        launchwizard proton
        ssmguiconnect ssmquicksetup chatbot iotcoredeviceadvisor iotsecuretunneling oam controltower account ds grafana
        autoscaling scheduler serverlessapplicationrepository
    """,
    "exposure": """
        alb amplify apigateway apigatewayv2 applicationloadbalancing appmesh apprunner appsync chime
        chimesdkmediapipelines cloudfront directconnect dx ec2 ec2clientvpn ec2transitgateway elasticloadbalancing
        elasticloadbalancingv2 elb globalaccelerator interconnect lb networkmanager s3objectlambda refactorspaces
        verifiedaccess vpc vpclattice cdk app load network
    """,
    "other": """
        accessanalyzer appautoscaling applicationautoscaling appconfig applicationinsights applicationsignals
        arcregionswitch arczonalshift auditmanager autoscalingplans bcm bcmpricingcalculator billing billingconductor
        budgets ce cfg cloudwatch cloudwatchomni codestarnotifications computeoptimizer config costexplorer
        costoptimizationhub detective devopsguru evidently fis fms guardduty inspector inspector2 inspectorv2
        internetmonitor invoicing licensemanager licensemanagerlinuxsubscriptions licensemanagerusersubscriptions macie
        macie2 networkfirewall networkflowmonitor networkmonitor networksecuritymanager notifications
        notificationscontacts observabilityadmin pi pricingplanmanager rbin resiliencehub resiliencehubv2
        resourceexplorer resourceexplorer2 resourcegroups route53 route53domains route53globalresolver route53profiles
        route53recoverycontrol route53recoveryreadiness route53resolver rum savingsplans securityhub
        servicecatalogappregistry servicediscovery servicequotas shield ssmcontacts ssmincidents supportapp uxc waf
        wafregional wafv2 wellarchitected xray rdsreserved
    """,
}  # fmt: skip

# Nouns that say what a resource does whatever its service is. The first that matches the end of the noun decides.
NOUNS = (
    (
        "other",
        (
            r"parametergroup|subnetgroup|optiongroup|dashboard|alarms?|alarmmuterule|tags?|scheduledaction|scalingpolicy"
            r"|scalingplan|schedulinggroup|placementgroup|reservation|reserved(instance|node|cacheinstance)|quota|usageplan"
            r"|usageplankey|eventsubscription|lifecyclepolicy|lifecycleconfiguration|trafficpolicy"
            r"|trafficpolicyinstance|anomalydetector|insightrule|querydefinition|savedquery|namedquery|servicesetting"
            r"|accountsettingdefault|patchbaseline|patchgroup|defaultpatchbaseline|maintenancewindow|budget|threatintelset"
            r"|ipset|regexpatternset|regexmatchset|bytematchset|rulegroup|geomatchset|firewallpolicy|querylog"
            r"|monitoringschedule|notificationchannel|indexpolicy|storagetierpolicy"
        ),
    ),
    (
        "access",
        (
            r"policy|policies|policyattachment|permissions?|role|roleassociation|grants?|accesskey|accessentry|users?|userprofile"
            r"|keypair|certificate|certificateauthority|resourceshare|principalassociation|credentials?|apikey|sshkey"
            r"|aggregateauthorization|aggregationauthorization|authorizer|publickey|keygroup|connection|eventbus|invitation"
            r"|inviteaccepter|sink|link|metricstream|destination|configurationaggregator|subscriptionfilter"
        ),
    ),
)

# Single types, by service and noun as in `Key`.
TYPES = {
    "data": """
        ec2/instance ec2/volume ec2/ami ec2/amicopy ec2/amifrominstance ec2/fpgaimage ec2/launchtemplate
        ec2/launchconfiguration ec2/spotinstancerequest ec2/spotfleetrequest ec2/spotfleet ec2/ec2fleet ec2/fleet
        ec2/sqlhastandbydetectedinstance autoscaling/group autoscaling/autoscalinggroup autoscaling/launchconfiguration
        ec2/networkinsightsaccessscopeanalysis cloudwatch/eventarchive cloudwatch/loggroup
        cloudwatch/logstream cloudwatch/logdelivery cloudwatch/logdeliverysource cloudwatch/logdeliverydestination
        cloudwatch/logdestination cloudwatch/logsubscriptionfilter
        cloudwatch/eventapidestination cloudwatch/logs3tableintegrationsource cloudwatch/eventendpoint
        codepipeline/webhook securityhub/configurationpolicyassociation appconfig/configurationprofile
        appconfig/hostedconfigurationversion autoscaling/warmpool scheduler/schedule
    """,
    "access": """
        cloudwatch/eventtarget
        ec2/networkinterfacepermission
        ec2/keypair
        ec2/serialconsoleaccess ec2/vpcendpointservicepermissions ec2/vpcendpointserviceallowedprinciple
        ec2/enclavecertificateiamroleassociation ec2/instanceconnectendpoint ec2transitgateway/instanceconnectendpoint
        secretsmanager/secret ebs/snapshotimport apigateway/apikey
    """,
    "exposure": """
        lambda/url lambda/functionurl s3/bucketwebsiteconfiguration s3/bucketwebsiteconfigurationv2 s3/bucketaclv2
        s3/bucketacl s3/accesspoint s3/multiregionaccesspoint s3control/multiregionaccesspoint iot/domainconfiguration
        cognito/userpooldomain route53/resolverendpoint route53resolver/resolverendpoint
        ec2/vpcblockpublicaccessexclusion lightsail/instancepublicports lightsail/staticip
    """,
    "other": """
        ec2/eip ec2/natgateway events/rule cloudwatch/eventrule
        ec2/tag ec2/host ec2/dedicatedhost ec2/placementgroup ec2/capacityreservation ec2/capacityblockreservation
        ec2/capacityreservationfleet ec2/capacitymanagerdataexport ec2/availabilityzonegroup ec2/dhcpoptions
        ec2/vpcdhcpoptions ec2/defaultvpcdhcpoptions ec2/vpcdhcpoptionsassociation ec2/defaultcreditspecification
        ec2/flowlog ec2/instanceeventwindow ec2/instancemetadatadefaults ec2/networkinsightsaccessscope
        ec2/networkinsightsanalysis ec2/networkinsightspath ec2/networkperformancemetricsubscription
        ec2/vpcnetworkperformancemetricsubscription ec2/spotdatafeedsubscription ec2/vpcblockpublicaccessoptions
        ec2/snapshotblockpublicaccess ec2/imageblockpublicaccess ec2/allowedimagessettings
        ec2/encryptioncontrol ec2/vpcencryptioncontrol ec2/ipam ec2/ipamallocation ec2/ipampool ec2/ipampoolcidr
        ec2/ipamresourcediscovery ec2/ipamresourcediscoveryassociation ec2/ipamscope ec2/ipv4pool
        ec2/ipamprefixlistresolver ec2/ipamprefixlistresolvertarget ec2/ipamexternalresourceverificationtoken
        ec2/ipaminternetregistryassociation ec2/vpcipam ec2/vpcipampool ec2/vpcipampoolcidr
        ec2/vpcipampoolcidrallocation ec2/vpcipampreviewnextcidr ec2/vpcipamresourcediscovery
        ec2/vpcipamresourcediscoveryassociation ec2/vpcipamscope ec2/vpcipamorganizationadminaccount
        ec2/subnetcidrreservation ec2/applicationstatuscheck ec2/vpcendpointconnectionnotification
        ec2transitgateway/instancestate ebs/encryptionbydefault ebs/defaultkmskey ebs/fastsnapshotrestore
        ebs/snapshotblockpublicaccess autoscaling/policy autoscaling/scalingpolicy autoscaling/schedule
        autoscaling/notification autoscaling/lifecyclehook autoscaling/attachment autoscaling/trafficsourceattachment
        iam/accountalias iam/accountpasswordpolicy iam/organizationsfeatures iam/servicelinkedrole
        iam/securitytokenservicepreferences cloudformation/waitcondition cloudformation/waitconditionhandle
        cloudformation/stack cloudformation/guardhook cloudformation/hooktypeconfig cloudformation/hookversion
        cloudformation/hookdefaultversion cloudformation/moduledefaultversion cloudformation/moduleversion
        cloudformation/publictypeversion cloudformation/publisher cloudformation/resourcedefaultversion
        cloudformation/resourceversion cloudformation/typeactivation cloudformation/generatedtemplate
        cloudformation/customresource cdk/metadata account/alternativecontact account/alternatecontact
        account/primarycontact account/region acm/certificatevalidation backup/framework backup/globalsettings
        backup/regionsettings backup/reportplan backup/restoretestingplan backup/restoretestingselection
        backup/vaultnotifications config/conformancepack
        s3/bucketmetric s3/analyticsconfiguration s3/inventory s3/storagelens s3/storagelensgroup
        s3control/storagelensconfiguration s3/bucketaccelerateconfiguration s3/bucketaccelerateconfigurationv2
        s3/bucketintelligenttieringconfiguration s3/bucketrequestpaymentconfiguration
        s3/bucketrequestpaymentconfigurationv2 s3/bucketcorsconfiguration s3/bucketcorsconfigurationv2 s3/bucketabac
        rds/certificate rds/instancedesiredstate sns/smspreferences ssm/association ssm/maintenancewindowtarget
        cloudtrail/dashboard cloudtrail/organizationdelegatedadminaccount ecs/accountsettingdefault ecs/capacityprovider
        ecs/clustercapacityproviders ecs/tag ecr/accountsetting ecr/registryscanningconfiguration
        ecr/pulltimeupdateexclusion lambda/provisionedconcurrencyconfig lambda/functionrecursionconfig
        lambda/functionscalingconfig lambda/runtimemanagementconfig lambda/codesigningconfig batch/schedulingpolicy
        dlm/lifecyclepolicy fms/policy networkfirewall/firewallpolicy autoscaling/tag apigateway/account
        apigateway/documentationpart apigateway/documentationversion apigateway/model apigateway/requestvalidator
        apigateway/gatewayresponse apigateway/response route53/healthcheck ec2/secondarynetwork
        secretsmanager/tag schemas/registry schemas/schema schemas/discoverer eventschemas/registry
        eventschemas/schema eventschemas/discoverer waf/ratebasedrule shield/protection organizations/organization
        organizations/organizationalunit cloudwatch/logdataprotectionpolicy
        ce/anomalymonitor ce/anomalysubscription route53resolver/firewallrulegroup cfg/remediationconfiguration
        config/organizationconfigrule cfg/organizationcustompolicyrule servicequotas/template
    """,
}  # fmt: skip

# Types that are a part of a resource whose kind is read, and read with it, beside those that the tables of drift name.
PARTS = {
    "AWS::ApiGateway::RestApi": """apigateway/stage apigateway/method apigateway/methodresponse apigateway/resource
        apigateway/methodsettings apigateway/integration apigateway/integrationresponse apigateway/deployment""",
    "AWS::ApiGatewayV2::Api": """apigatewayv2/stage apigatewayv2/route apigatewayv2/routeresponse
        apigatewayv2/integration apigatewayv2/integrationresponse apigatewayv2/deployment""",
    "AWS::CertificateManager::Certificate": "acm/certificatevalidation",
    "AWS::CloudFront::Distribution": """cloudfront/originaccesscontrol cloudfront/originaccessidentity
        cloudfront/cloudfrontoriginaccessidentity""",
    "AWS::CloudTrail::Trail": "cloudtrail/eventselectors",
    "AWS::EC2::EIP": "ec2/eipassociation ec2/natgatewayeipassociation",
    "AWS::EC2::InternetGateway": "ec2/internetgatewayattachment ec2/vpcgatewayattachment",
    "AWS::EC2::NetworkAcl": """ec2/networkaclrule ec2/networkaclentry ec2/networkaclassociation
        ec2/subnetnetworkaclassociation""",
    "AWS::EC2::Image": "ec2/amilaunchpermission",
    "AWS::EC2::Snapshot": "ec2/snapshotcreatevolumepermission",
    "AWS::EC2::Volume": "ec2/volumeattachment",
    "AWS::EC2::RouteTable": "ec2/mainroutetableassociation ec2/route ec2/routetableassociation "
    "ec2/subnetroutetableassociation ec2/gatewayroutetableassociation",
    "AWS::EC2::NetworkInterface": "ec2/networkinterfaceattachment ec2/networkinterfacesecuritygroupattachment",
    "AWS::EC2::SecurityGroup": """ec2/securitygrouprule ec2/securitygroupingress ec2/securitygroupegress
        ec2/vpcsecuritygrouprulesexclusive vpc/securitygroupegressrule vpc/securitygroupingressrule""",
    "AWS::EC2::VPC": "ec2/vpccidrblock ec2/vpcipv4cidrblockassociation ec2/vpcipv6cidrblockassociation",
    "AWS::EC2::Subnet": "ec2/subnetcidrblock",
    "AWS::EC2::VPCEndpoint": "ec2/vpcendpointpolicy ec2/vpcendpointroutetableassociation "
    "ec2/vpcendpointsubnetassociation vpc/endpointprivatedns",
    "AWS::ElasticLoadBalancingV2::Listener": """lb/listenerrule lb/listenercertificate alb/listenerrule
        alb/listenercertificate applicationloadbalancing/listenerrule applicationloadbalancing/listenercertificate
        elasticloadbalancingv2/listenerrule elasticloadbalancingv2/listenercertificate""",
    "AWS::ElasticLoadBalancingV2::TargetGroup": """lb/targetgroupattachment alb/targetgroupattachment
        applicationloadbalancing/targetgroupattachment elasticloadbalancingv2/targetgroupattachment""",
    "AWS::IAM::Group": """iam/grouppolicy iam/grouppolicyattachment iam/grouppoliciesexclusive
        iam/grouppolicyattachmentsexclusive iam/groupmembership""",
    "AWS::IAM::User": """iam/userpolicy iam/userpolicyattachment iam/userpoliciesexclusive
        iam/userpolicyattachmentsexclusive iam/usergroupmembership iam/usertogroupaddition iam/userloginprofile
        iam/virtualmfadevice""",
    "AWS::IAM::Role": """iam/rolepolicy iam/policy iam/rolepolicyattachment iam/rolepoliciesexclusive
        iam/rolepolicyattachmentsexclusive iam/instanceprofile""",
    "AWS::Logs::LogGroup": "cloudwatch/logstream cloudwatch/logmetricfilter logs/logstream logs/metricfilter",
    "AWS::RDS::DBInstance": "rds/subnetgroup rds/dbsubnetgroup rds/parametergroup rds/dbparametergroup",
    "AWS::S3::Bucket": "s3/bucketpolicy",
    "AWS::SecretsManager::Secret": """secretsmanager/secretversion secretsmanager/secretrotation
        secretsmanager/rotationschedule secretsmanager/secrettargetattachment""",
    "AWS::SNS::Topic": "sns/topicpolicy sns/topicsubscription sns/subscription",
    "AWS::Events::EventBus": "events/eventbuspolicy",
    "AWS::Events::Rule": "cloudwatch/eventtarget",
    "AWS::KMS::Key": "kms/alias kms/keypolicy",
    "AWS::WAFv2::WebACL": "wafv2/webaclassociation wafv2/loggingconfiguration wafv2/webaclloggingconfiguration",
    "AWS::Backup::BackupPlan": "backup/selection backup/backupselection",
    "AWS::::Account": "accessanalyzer/analyzer ebs/encryptionbydefault s3/accountpublicaccessblock "
    "iam/accountpasswordpolicy inspector2/enabler",
}

# Where Terraform and Pulumi name a service otherwise.
TERRAFORM = {"cfg": "config", "directconnect": "dx", "rds": "db", "ec2": "", "ebs": ""}
# What ids and ARNs name and CloudFormation's registry lacks.
BESIDE = {
    "AWS::EC2::Image": "data",
    "AWS::EC2::Snapshot": "data",
    "AWS::RDS::DBClusterSnapshot": "data",
    "AWS::Backup::RecoveryPoint": "data",
    "AWS::ECS::Task": "data",
    "AWS::ECS::ContainerInstance": "data",
}

# A resource's type in Pulumi's modules: functions begin with get, enumerations with a capital.
TOKEN = re.compile(r"""['"](aws:(?!index/)[\w-]+/[a-z]\w*):(?!get[A-Z])\w+['"]""")


class Key(NamedTuple):
    """A type as the rules name it: the service and the noun in small letters, with nothing between the words."""

    service: str
    noun: str

    def __str__(self) -> str:
        return f"{self.service}/{self.noun}"


def cloudformation() -> Iterator[tuple[str, Key]]:
    """The types of CloudFormation's registry."""
    import cfnlint  # noqa: PLC0415 - of the tools, each only where it is asked for

    found: set[str] = set()
    for region in (Path(cfnlint.__file__).parent / "data/schemas/providers").glob("*.json"):
        found |= {name for name in json.loads(region.read_text(encoding="utf-8")) if name.startswith("AWS::")}
    for name in sorted(found):
        _, service, noun = name.split("::")[:3]
        yield name, Key(service.lower(), noun.lower())


def pulumi() -> Iterator[tuple[str, Key]]:
    """The types of Pulumi's provider, without the class at the end."""
    import pulumi_aws  # noqa: PLC0415

    found: set[str] = set()
    for module in Path(pulumi_aws.__file__).parent.rglob("*.py"):
        found.update(
            re.findall(r"""['"](aws:(?!index/)[\w-]+/[a-z]\w*):(?!get[A-Z])\w+['"]""", module.read_text("utf-8"))
        )
    for name in sorted(found):
        service, noun = name.removeprefix("aws:").split("/")
        yield name, Key(service.lower(), noun.lower())


def terraform(names: list[str], known: dict[str, Key]) -> Iterator[tuple[str, Key]]:
    """Terraform's types, each as Pulumi's of the same name where there is one."""
    by_name: dict[str, Key] = {}
    for key in known.values():
        for prefix in (key.service, TERRAFORM.get(key.service, key.service)):
            by_name.setdefault(prefix + key.noun, key)
    for name in sorted(names):
        own = name.removeprefix("aws_")
        service, _, noun = own.partition("_")
        yield name, by_name.get(own.replace("_", "")) or _longest(own) or Key(service, noun.replace("_", ""))


def _longest(name: str) -> Key | None:
    """The key by the longest service that the name begins with: api_gateway_rest_api."""
    words = name.split("_")
    services = {service for names in SERVICES.values() for service in names.split()}
    for count in range(len(words), 0, -1):
        if (service := "".join(words[:count])) in services:
            return Key(service, "".join(words[count:]))
    return None


def parts() -> dict[str, str]:
    """The kind that each part belongs to, by the part's key."""
    found = {part: whole for whole, names in PARTS.items() for part in names.split()}
    for table in TABLES:
        if table.kind is not None:
            for name in table.types:
                service, noun = name.removeprefix("aws:").partition(":")[0].split("/")
                found.setdefault(f"{service.lower()}/{noun.lower()}", table.kind.kind().split(".")[0])
    return found


def classified(key: Key) -> str | None:
    """The class that the rules give."""
    for name, types in TYPES.items():
        if str(key) in types.split():
            return name
    service = next((name for name, services in SERVICES.items() if key.service in services.split()), None)
    if service is None:
        return None
    if service == "access" and key.service in ("acm", "certificatemanager"):
        return "access"
    return next((name for name, nouns in NOUNS if re.search(rf"(?:{nouns})\Z", key.noun)), service)


def rows(terraform_names: list[str]) -> Iterator[str]:
    """The lines of the table."""
    of_pulumi = dict(pulumi())
    whole = parts()
    yield from (f"{name}\t{kind}\t" for name, kind in BESIDE.items())
    # A type of its own kind is no part, whatever shares its noun.
    own = {"aws:iam/policy", "aws_iam_policy"}
    for name, key in (*cloudformation(), *of_pulumi.items(), *terraform(terraform_names, of_pulumi)):
        if (part := whole.get(str(key))) and name not in own:
            yield f"{name}\tpart\t{part}"
        elif kind := classified(key):
            yield f"{name}\t{kind}\t"
        else:
            print(f"unclassified: {name} ({key})", file=sys.stderr)


if __name__ == "__main__":
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else TABLE
    lines = given.read_text(encoding="utf-8").splitlines()
    wanted = [name for line in lines if (name := line.partition("\t")[0]).startswith("aws_")]
    TABLE.write_text("\n".join(["type\tclass\tpart of", *sorted(set(rows(wanted)))]) + "\n", encoding="utf-8")
