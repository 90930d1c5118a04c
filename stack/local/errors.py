"""What can go wrong in a local deployment; every message says what, where and what to do."""


class LocalError(Exception):
    """A local deployment, or something asked of one, could not be done."""


class EndpointRefusedError(LocalError):
    """The endpoint may be real AWS."""


class ConfigurationError(LocalError):
    """A stack's settings could not be read."""


class DeploymentError(LocalError):
    """A resource of the program could not be created."""


class UnmappedInputError(DeploymentError):
    """An input of a resource reaches no API call."""


class UnknownTypeError(DeploymentError):
    """The engine knows no way to create this type, or to answer this invoke."""


class EmulatorError(LocalError):
    """The moto server did not start."""


class UnknownFaultError(LocalError):
    """No fault of the catalogue has this name."""
