"""Alarms on how the load balancer and the database do."""

from dataclasses import dataclass

import pulumi

from stack import exports
from stack.alarm import LESS_THAN, AlarmSettings, Metric, Threshold, alarm

GIB = 2**30
FREE_STORAGE_FLOOR = 0.2
BUSY_PERCENT = 80
ERRORS = 10


@dataclass(frozen=True)
class ResourceAlarmsArgs:
    """What to watch, and whom to tell; the suffixes are those of the ARNs, as CloudWatch names load balancers."""

    alarms: AlarmSettings
    load_balancer_suffix: pulumi.Input[str]
    target_group_suffix: pulumi.Input[str]
    database_identifier: pulumi.Input[str]
    allocated_storage_gib: int


class ResourceAlarms(pulumi.ComponentResource):
    """Alarms on errors, on targets that do not answer, and on a database that is busy or nearly full."""

    def __init__(self, name: str, args: ResourceAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:alarms:ResourceAlarms", name, None, opts)
        self._args = args
        made = (
            alarm(part, description, metric, threshold, settings=args.alarms, parent=self)
            for part, (description, metric, threshold) in {**self._of_ingress(), **self._of_database()}.items()
        )
        self.outputs = {exports.RESOURCE_ALARM_ARNS: [each.arn for each in made]}
        self.register_outputs(self.outputs)

    def _of_ingress(self) -> dict[str, tuple[str, Metric, Threshold]]:
        balancer = {"LoadBalancer": self._args.load_balancer_suffix}
        targets = {**balancer, "TargetGroup": self._args.target_group_suffix}

        def metric(name: str, statistic: str, of: dict[str, pulumi.Input[str]]) -> Metric:
            return Metric("AWS/ApplicationELB", name, statistic, of)

        return {
            "alb-errors": (
                "The load balancer answers with errors of its own",
                metric("HTTPCode_ELB_5XX_Count", "Sum", balancer),
                Threshold(ERRORS),
            ),
            "service-errors": (
                "The service answers with errors",
                metric("HTTPCode_Target_5XX_Count", "Sum", balancer),
                Threshold(ERRORS),
            ),
            "unhealthy-hosts": (
                "A task does not pass its health check",
                metric("UnHealthyHostCount", "Maximum", targets),
                Threshold(1, periods=2),
            ),
        }

    def _of_database(self) -> dict[str, tuple[str, Metric, Threshold]]:
        database = {"DBInstanceIdentifier": self._args.database_identifier}
        floor = self._args.allocated_storage_gib * GIB * FREE_STORAGE_FLOOR
        return {
            "database-storage": (
                f"The database has less than {FREE_STORAGE_FLOOR:.0%} of its storage free",
                Metric("AWS/RDS", "FreeStorageSpace", "Minimum", database),
                Threshold(floor, LESS_THAN),
            ),
            "database-cpu": (
                "The database is busy for a quarter of an hour",
                Metric("AWS/RDS", "CPUUtilization", "Average", database),
                Threshold(BUSY_PERCENT, periods=3),
            ),
        }
