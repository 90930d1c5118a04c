"""Whether an alarm is raised when an event is counted: its statistic, threshold, periods and missing data together.

See the CloudWatch user guide, "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data".
"""

from __future__ import annotations

from stack_verify.errors import Unanswered
from stack_verify.resources.cloudwatch import Alarm
from stack_verify.resources.logs import MetricTransformation

_REACHED_BY = {"GreaterThanOrEqualToThreshold": True, "GreaterThanThreshold": False}


def deaf(alarm: Alarm, metric: MetricTransformation, events: int) -> str | None:
    """Why ``events`` of them within a period do not raise the alarm; None where they do.

    Raises:
        Unanswered: when what is counted for an event, or how the alarm reckons, is not known.
    """
    if not (alarm.actions_enabled and alarm.alarm_actions):
        return "it has no action that is on"
    operator, threshold = alarm.comparison_operator, alarm.threshold
    if operator is None or threshold is None:
        raise Unanswered(f"alarm {alarm.alarm_name} has no threshold of its own, and when it is raised is not known")
    if operator not in _REACHED_BY:
        return f"its {operator} {threshold:g} is not reached by an event that is counted"
    most = _most(alarm, metric, events)
    if most < threshold or (most == threshold and not _REACHED_BY[operator]):
        return f"its {operator} {threshold:g} is not reached: {events} in a period make {alarm.statistic} {most:g}"
    needed = alarm.datapoints_to_alarm or alarm.evaluation_periods
    if needed is None:
        raise Unanswered(f"AWS answers no EvaluationPeriods of alarm {alarm.alarm_name}")
    if needed > events:
        return f"it waits for {needed} periods with such events, and one period is enough to do the harm"
    if alarm.treat_missing_data == "breaching" and metric.default_value is None:
        return "it treats missing data as breaching, so that it is raised all the time and an event changes nothing"
    return None


def _most(alarm: Alarm, metric: MetricTransformation, events: int) -> float:
    """What the statistic comes to in a period with this many events."""
    each = _value(metric)
    match alarm.statistic:
        case "SampleCount":
            return events
        case "Sum":
            return each * events
        case "Maximum":
            return each
        case "Average" | "Minimum":
            # Where others are counted as a default, those draw the statistic down.
            return each if metric.default_value is None else min(each, metric.default_value)
    raise Unanswered(
        f"alarm {alarm.alarm_name} is on {alarm.extended_statistic or alarm.statistic}, which is not known"
    )


def _value(metric: MetricTransformation) -> float:
    try:
        return float(metric.metric_value)
    except ValueError:
        raise Unanswered(f"the metric {metric.metric_name} counts {metric.metric_value} of an event") from None
