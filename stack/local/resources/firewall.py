"""WAF: web ACLs, what they stand before, and where they log."""

from collections.abc import Mapping
from typing import Final

from stack.local.declared import Created, Creator, Declared
from stack.local.endpoint import Clients
from stack.local.mapping import Row, call_with_rest


def _association(declared: Declared, clients: Clients) -> Created:
    call_with_rest(declared, clients, "wafv2", "associate_web_acl")
    return Created("{webAclArn},{resourceArn}".format_map(declared.inputs))


def _logging(declared: Declared, clients: Clients) -> Created:
    arn = declared.inputs["resourceArn"]
    flat = Declared(declared.type, declared.name, {"LoggingConfiguration": declared.take_rest()})
    call_with_rest(flat, clients, "wafv2", "put_logging_configuration")
    return Created(arn)


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:wafv2/webAcl:WebAcl": Row(
        "wafv2", "create_web_acl", id="Summary.Id", outputs={"arn": "Summary.ARN", "lockToken": "Summary.LockToken"}
    ),
    "aws:wafv2/webAclAssociation:WebAclAssociation": _association,
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": _logging,
}
