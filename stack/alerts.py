"""Where alarms go: a topic, and the mailbox of whoever answers them."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.location import Location
from stack.naming import Naming
from stack.policy_document import Condition, allow, deny, document


@dataclass(frozen=True)
class AlertsArgs:
    """The key that encrypts what is said, and who hears it by e-mail, if anybody."""

    naming: Naming
    location: Location
    kms_key_arn: pulumi.Input[str]
    email: str | None


class Alerts(pulumi.ComponentResource):
    """An encrypted SNS topic to which the account's alarms publish, over TLS alone."""

    def __init__(self, name: str, args: AlertsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:alarms:Alerts", name, None, opts)
        self._args = args
        self._name = args.naming.name("alerts")
        self._child = pulumi.ResourceOptions(parent=self)
        self.topic = self._topic()
        if args.email is not None:
            aws.sns.TopicSubscription(
                self._name, topic=self.topic.arn, protocol="email", endpoint=args.email, opts=self._child
            )
        self.outputs = {exports.ALERT_TOPIC_ARN: self.topic.arn}
        self.register_outputs(self.outputs)

    def _topic(self) -> aws.sns.Topic:
        location = self._args.location
        arn = location.arn("sns", self._name)
        cloudwatch = {"Service": "cloudwatch.amazonaws.com"}
        publish = ["sns:Publish"]
        in_clear: Condition = {"Bool": {"aws:SecureTransport": "false"}}
        return aws.sns.Topic(
            self._name,
            name=self._name,
            kms_master_key_id=self._args.kms_key_arn,
            policy=document(
                allow("PublishAlarms", publish, arn, principal=cloudwatch, condition=location.from_alarms()),
                deny("TlsOnly", publish, arn, condition=in_clear),
            ),
            tags=self._args.naming.tags(self._name),
            opts=self._child,
        )
