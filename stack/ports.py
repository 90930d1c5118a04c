"""Every port of the platform, each written once; security groups, listeners and containers derive from here."""

from dataclasses import dataclass

HTTP = 80
HTTPS = 443


@dataclass(frozen=True)
class Ports:
    """The ports of one stack; `redirect` is the HTTP port that only redirects to the listener, where there is one."""

    listener: int
    redirect: int | None
    container: int
    database: int

    @classmethod
    def of(cls, *, production: bool, container: int, database: int) -> "Ports":
        """Return the ports of an environment: production serves HTTPS and redirects HTTP, development serves HTTP."""
        if production:
            return cls(HTTPS, HTTP, container, database)
        return cls(HTTP, None, container, database)

    @property
    def public(self) -> tuple[int, ...]:
        """The ports that the load balancer opens to the world."""
        return (self.listener,) if self.redirect is None else (self.listener, self.redirect)
