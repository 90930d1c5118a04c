"""Amazon RDS Proxy: what stands between the clients and a database, with credentials of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.ec2 import SecurityGroup, Subnet
from stack_verify.resources.iam import Role
from stack_verify.resources.identity import ANY_ID, IN_DOMAIN, IN_REGION, ArnForm, Host, Identity, bare, lower
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.secretsmanager import Secret

_NAME = r"[A-Za-z](?:-?[A-Za-z0-9]){0,62}"


class ProxyAuth(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One way in which clients sign in to a proxy, and the secret that the proxy signs in to the database with."""

    secret_arn: str | None = None
    iam_auth: str | None = msgspec.field(name="IAMAuth", default=None)


class DBProxy(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::RDS::DBProxy"):
    """One proxy of ``rds:DescribeDBProxies``, by its name; one that its ARN names by the ARN."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("rds", r"(db-proxy:prx-[0-9a-z]+)", rf"(db-proxy:{ANY_ID})"),),
        hosts=(Host(rf"(?P<name>{_NAME})\.proxy-[a-z0-9]+\.{IN_REGION}\.rds{IN_DOMAIN}"),),
        bare_names=(bare("db proxy name, rds proxy name, database proxy name", _NAME, lower),),
        pulumi=("rds/proxy",),
        terraform=("aws_db_proxy",),
        by_tags=True,
    )
    id_field: ClassVar[str] = "db_proxy_name"
    arn_field: ClassVar[str | None] = "db_proxy_arn"
    leads_to: ClassVar[tuple[str, ...]] = (Role.kind(), Secret.kind(), SecurityGroup.kind(), Subnet.kind())

    db_proxy_name: str = msgspec.field(name="DBProxyName")
    db_proxy_arn: str = msgspec.field(name="DBProxyArn")
    engine_family: Known[str] = UNKNOWN
    require_tls: Known[bool] = msgspec.field(name="RequireTLS", default=UNKNOWN)
    debug_logging: Known[bool] = UNKNOWN
    role_arn: str | None = None
    auth: tuple[ProxyAuth, ...] = ()
    # How clients sign in where no secret says otherwise: by IAM from end to end, or not at all.
    default_auth_scheme: str | None = None
    vpc_security_group_ids: tuple[str, ...] = ()
    vpc_subnet_ids: tuple[str, ...] = ()

    def refers_to(self) -> Iterator[Question]:
        if self.role_arn is not None:
            yield Role.ask(self.role_arn.rpartition("/")[2])
        yield from (Secret.ask(each.secret_arn) for each in self.auth if each.secret_arn is not None)
        yield from map(SecurityGroup.ask, self.vpc_security_group_ids)
        yield from map(Subnet.ask, self.vpc_subnet_ids)
