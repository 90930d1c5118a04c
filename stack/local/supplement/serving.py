"""How an operation is added to moto: a subclass of its response class, on the paths of its service."""

from types import ModuleType
from typing import Any, TypeVar

from moto.core.base_backend import BaseBackend
from moto.core.responses import BaseResponse

T = TypeVar("T")


def answer_with(response: type[BaseResponse], urls: ModuleType, *paths: str) -> None:
    """Lets `response` answer all that the service's module `urls` lists, and `paths` besides."""
    urls.url_paths.update(dict.fromkeys((*urls.url_paths, *paths), response.dispatch))


def held(backend: BaseBackend, kind: type[T]) -> T:
    """What `backend` holds for us; it is gone when moto resets the backend."""
    found: T = vars(backend).setdefault(f"supplement_{kind.__name__}", kind())
    return found


def arguments(response: BaseResponse) -> dict[str, Any]:
    """The arguments of the request by AWS's names, as its service's model has them."""
    response.parse_parameters(response.normalized_request)
    parsed: dict[str, Any] = response.params
    return parsed
