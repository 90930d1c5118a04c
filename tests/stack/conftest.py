import pytest
from support.stack_deployment import DEV, EXISTING, ISSUED, Deployment, deploy
from support.stack_sdk import import_modules

import_modules()


@pytest.fixture(scope="session")
def dev() -> Deployment:
    """A development stack: HTTP, one NAT gateway."""
    return deploy(DEV)


@pytest.fixture(scope="session")
def prod() -> Deployment:
    """A production stack whose certificate is issued for its domain."""
    return deploy(ISSUED)


@pytest.fixture(scope="session")
def prod_existing() -> Deployment:
    """A production stack with a certificate that ACM already holds."""
    return deploy(EXISTING)


@pytest.fixture(scope="session", params=["dev", "prod", "prod_existing"])
def any_stack(request: pytest.FixtureRequest) -> Deployment:
    """Each of the three in turn."""
    return request.getfixturevalue(request.param)
