"""AWS Lambda: the list of a function's URLs."""

import json
from urllib.parse import unquote

from moto.awslambda import urls
from moto.awslambda.exceptions import GenericResourcNotFound
from moto.awslambda.responses import LambdaResponse

from stack.local.supplement.serving import answer_with

_PATH = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/urls/?$"


class SupplementedLambda(LambdaResponse):
    """moto's Lambda, which knows at most one URL of a function, with the list of them."""

    def list_function_url_configs(self) -> str:
        """The function's URL, if it has one."""
        name = unquote(self.path.rstrip("/").split("/")[-2])
        try:
            found = [self.backend.get_function_url_config(name).to_dict()]
        except GenericResourcNotFound:
            found = []
        return json.dumps({"FunctionUrlConfigs": found})


def install() -> None:
    """Lets moto answer this operation."""
    answer_with(SupplementedLambda, urls, _PATH)
