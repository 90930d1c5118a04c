"""Who a database is for: what of the stack may reach it."""

from __future__ import annotations

from stack_verify.network.endpoints import every, service_groups
from stack_verify.policy import Policy
from stack_verify.resources.awslambda import Function
from stack_verify.resources.ec2_instances import Instance
from stack_verify.resources.ecs import Service
from stack_verify.resources.rds_proxy import DBProxy
from stack_verify.snapshot import Snapshot

CLIENTS = (DBProxy, Function, Instance, Service)


def client_groups(snapshot: Snapshot, policy: Policy) -> set[str]:
    """The security groups of the stack's tasks, functions, instances and proxies, and those that the policy names."""
    tasks = (group for each in every(Service, snapshot) for group in service_groups(each))
    functions = (group for each in every(Function, snapshot) for group in each.vpc_config.security_group_ids)
    instances = (group for each in every(Instance, snapshot) for group in each.group_ids)
    proxies = (group for each in every(DBProxy, snapshot) for group in each.vpc_security_group_ids)
    return {*tasks, *functions, *instances, *proxies, *policy.database_client_groups}
