"""The moto server's process: `python -m stack.local.serve` prints its URL, serves, and ends with its parent."""

import argparse
import logging
import sys
import threading
from collections.abc import Sequence
from typing import Final

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from stack.local.supplement import install

_HOST: Final = "127.0.0.1"


class _RequestHandler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept, as those to AWS are


def server(port: int = 0) -> BaseWSGIServer:
    """A server on this port, or on a free one; not yet serving."""
    install()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = DomainDispatcherApplication(create_backend_app)
    return make_server(_HOST, port, application, threaded=True, request_handler=_RequestHandler)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serves until standard input closes, which it does when the parent dies."""
    parser = argparse.ArgumentParser(
        prog="python -m stack.local.serve",
        description="Serves moto, with what it lacks, on this machine, and prints its URL. Ends when its input does.",
    )
    parser.add_argument("--port", type=int, default=0, metavar="N", help="the port (a free one)")
    moto = server(parser.parse_args(arguments).port)
    threading.Thread(target=moto.serve_forever, daemon=True).start()
    sys.stdout.write(f"http://{_HOST}:{moto.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    moto.shutdown()


if __name__ == "__main__":
    main()
