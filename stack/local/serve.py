"""The moto server's process: `python -m stack.local.serve` prints its URL, serves, and ends with its parent."""

import logging
import sys
import threading
from typing import Final

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from stack.local.supplement import install

_HOST: Final = "127.0.0.1"


class _RequestHandler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept, as those to AWS are


def server() -> BaseWSGIServer:
    """A server on a free port, not yet serving."""
    install()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = DomainDispatcherApplication(create_backend_app)
    return make_server(_HOST, 0, application, threaded=True, request_handler=_RequestHandler)


def main() -> None:
    """Serves until standard input closes, which it does when the parent dies."""
    moto = server()
    threading.Thread(target=moto.serve_forever, daemon=True).start()
    sys.stdout.write(f"http://{_HOST}:{moto.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    moto.shutdown()


if __name__ == "__main__":
    main()
