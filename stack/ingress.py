"""The way in: the load balancer, its listeners and its targets."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.naming import Naming
from stack.ports import Ports

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
HEALTHY_STATUS = "200"
DEREGISTRATION_SECONDS = 30


@dataclass(frozen=True)
class IngressArgs:
    """What the load balancer stands on and logs to; with a certificate it speaks HTTPS, without it HTTP."""

    naming: Naming
    allow_destroy: bool
    ports: Ports
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    target_protocol: str
    health_check_path: str
    access_log_bucket: pulumi.Input[str]
    access_log_policy: pulumi.Resource
    internet_gateway: pulumi.Resource
    certificate_arn: pulumi.Input[str] | None


class Ingress(pulumi.ComponentResource):
    """An application load balancer that forwards to the tasks, and redirects HTTP where it speaks HTTPS."""

    def __init__(self, name: str, args: IngressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:ingress:Ingress", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self.load_balancer = self._load_balancer()
        self.target_group = self._target_group()
        self.listener = self._forward()
        self.outputs: dict[str, pulumi.Input[object]] = {
            exports.ALB_ARN: self.load_balancer.arn,
            exports.ALB_DNS_NAME: self.load_balancer.dns_name,
            exports.TARGET_GROUP_ARN: self.target_group.arn,
            exports.LISTENER_ARN: self.listener.arn,
            exports.LISTENER_PORT: args.ports.listener,
        }
        if args.ports.redirect is not None:
            self.outputs[exports.REDIRECT_LISTENER_ARN] = self._redirect(args.ports.redirect).arn
        if args.certificate_arn is not None:
            self.outputs[exports.CERTIFICATE_ARN] = args.certificate_arn
        self.register_outputs(self.outputs)

    def _load_balancer(self) -> aws.lb.LoadBalancer:
        args = self._args
        name = args.naming.name("alb")
        return aws.lb.LoadBalancer(
            name,
            name=name,
            load_balancer_type="application",
            internal=False,
            subnets=args.subnet_ids,
            security_groups=[args.security_group_id],
            access_logs=aws.lb.LoadBalancerAccessLogsArgs(enabled=True, bucket=args.access_log_bucket),
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            enable_deletion_protection=not args.allow_destroy,
            tags=args.naming.tags(name),
            # Elastic Load Balancing writes a test object when it is told of the bucket, and refuses subnets of a VPC
            # that has no internet gateway yet.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.access_log_policy, args.internet_gateway]),
        )

    def _target_group(self) -> aws.lb.TargetGroup:
        args = self._args
        name = args.naming.name("tasks")
        protocol, port = args.target_protocol, args.ports.container
        return aws.lb.TargetGroup(
            name,
            # Neither can be changed. Another group of the same name could be made only after this one was deleted,
            # which AWS refuses as long as the listener forwards to it.
            name=f"tasks-{protocol.lower()}-{port}-{args.naming.suffix}",
            vpc_id=args.vpc_id,
            target_type="ip",
            # The load balancer does not validate a target's certificate: the container may sign its own.
            protocol=protocol,
            port=port,
            deregistration_delay=DEREGISTRATION_SECONDS,
            health_check=aws.lb.TargetGroupHealthCheckArgs(
                protocol=args.target_protocol,
                port="traffic-port",
                path=args.health_check_path,
                matcher=HEALTHY_STATUS,
            ),
            tags=args.naming.tags(name),
            opts=self._child,
        )

    def _forward(self) -> aws.lb.Listener:
        args = self._args
        encrypted = args.certificate_arn is not None
        name = args.naming.name("listener")
        return aws.lb.Listener(
            name,
            load_balancer_arn=self.load_balancer.arn,
            port=args.ports.listener,
            protocol="HTTPS" if encrypted else "HTTP",
            ssl_policy=TLS_POLICY if encrypted else None,
            certificate_arn=args.certificate_arn,
            default_actions=[aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=self.target_group.arn)],
            tags=args.naming.tags(name),
            opts=self._child,
        )

    def _redirect(self, port: int) -> aws.lb.Listener:
        name = self._args.naming.name("redirect")
        to_listener = aws.lb.ListenerDefaultActionRedirectArgs(
            protocol="HTTPS", port=str(self._args.ports.listener), status_code="HTTP_301"
        )
        return aws.lb.Listener(
            name,
            load_balancer_arn=self.load_balancer.arn,
            port=port,
            protocol="HTTP",
            default_actions=[aws.lb.ListenerDefaultActionArgs(type="redirect", redirect=to_listener)],
            tags=self._args.naming.tags(name),
            opts=self._child,
        )
