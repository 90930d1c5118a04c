"""moto as the engine's cloud: creates each declared resource through boto3, strictly."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from stack.local.change import change
from stack.local.constraints import held_to_models
from stack.local.declared import Created, Declared, Properties
from stack.local.deletion import DELETERS
from stack.local.endpoint import Clients
from stack.local.errors import DeploymentError, UnknownTypeError, UnmappedInputError
from stack.local.plan import Held
from stack.local.resources import CREATORS

_NAME_IS_TAKEN: Final = re.compile("Already|Duplicate|ResourceExists|InvalidChangeBatch")


class EmulatedCloud:
    """The provider's place, taken by boto3 calls to moto."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def create(self, type_: str, name: str, inputs: Properties) -> Created:
        """Creates the resource; the outputs include `tagsAll`.

        Raises:
            UnknownTypeError: There is no creator for the type.
            UnmappedInputError: An input reached no API call.
            DeploymentError: The API refused.

        """
        if type_ not in CREATORS:
            raise UnknownTypeError(f"{type_} ({name}): no creator; add one to stack/local/resources")
        declared = Declared(type_, name, inputs)
        try:
            with held_to_models():
                created = CREATORS[type_](declared, self._clients)
        except (ClientError, BotoCoreError) as error:
            raise DeploymentError(_refusal(declared, error)) from error
        if untaken := list(declared.untaken()):
            raise UnmappedInputError(
                f"{type_} ({name}): inputs {untaken} reach no API call; send them in the creator in "
                "stack/local/resources"
            )
        return Created(created.id, {**created.outputs, **_all_tags(inputs)})

    def update(self, held: Held, name: str, inputs: Properties, changed: Sequence[str]) -> Properties:
        """Changes these inputs of a resource in place.

        Raises:
            DeploymentError: The API refused, or the change is not emulated.

        """
        declared = Declared(held["type"], name, inputs)
        try:
            with held_to_models():
                given = change(held, name, inputs, frozenset(changed), self._clients)
        except (ClientError, BotoCoreError) as error:
            raise DeploymentError(_refusal(declared, error)) from error
        return {**given, **_all_tags(inputs)}

    def delete(self, held: Held) -> None:
        """Deletes a resource.

        Raises:
            DeploymentError: The API refused.

        """
        try:
            DELETERS[held["type"]](held, self._clients)
        except (ClientError, BotoCoreError) as error:
            name = held["urn"].rpartition("::")[2]
            raise DeploymentError(_refusal(Declared(held["type"], name, {}), error)) from error

    def invoke(self, token: str, arguments: Properties) -> Properties:
        """Answers a provider function.

        Raises:
            UnknownTypeError: The function is not one that the program needed so far.

        """
        if token not in _INVOKES:
            raise UnknownTypeError(f"{token}: no answer to this invoke; add one to stack/local/cloud.py")
        return _INVOKES[token](self._clients, arguments)


def _all_tags(inputs: Properties) -> Properties:
    return {"tagsAll": inputs["tags"]} if "tags" in inputs else {}


def _refusal(declared: Declared, error: Exception) -> str:
    answer = error.response["Error"] if isinstance(error, ClientError) else {"Code": type(error).__name__}
    code, message = answer["Code"], answer.get("Message", str(error))
    hint = (
        "; the name is taken: choose another --suffix or a fresh moto (nothing is rolled back here), or pass the "
        "--outputs of the deployment before"
        if _NAME_IS_TAKEN.search(code)
        else ""
    )
    return f"{declared.type} ({declared.name}) was refused: {code}: {message}{hint}"


def _availability_zones(clients: Clients, arguments: Properties) -> Properties:
    filters = [{"Name": each["name"], "Values": each["values"]} for each in arguments.get("filters", [])]
    if "state" in arguments:
        filters.append({"Name": "state", "Values": [arguments["state"]]})
    zones = clients.client("ec2").describe_availability_zones(Filters=filters)["AvailabilityZones"]
    names, ids = ([zone[key] for zone in zones] for key in ("ZoneName", "ZoneId"))
    return {**arguments, "id": clients.region, "names": names, "zoneIds": ids, "groupNames": [clients.region]}


def _caller_identity(clients: Clients, _: Properties) -> Properties:
    caller = clients.client("sts").get_caller_identity()
    return {"accountId": caller["Account"], "arn": caller["Arn"], "id": caller["Account"], "userId": caller["UserId"]}


def _partition(_: Clients, __: Properties) -> Properties:
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


_INVOKES: Final[Mapping[str, Callable[[Clients, Properties], Properties]]] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
}
