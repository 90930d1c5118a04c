"""The healthcare platform on AWS, as a Pulumi program.

Run it with the Pulumi CLI from this directory, in an environment where the distribution is installed with its
``stack`` extra (``pip install -e '.[stack]'`` at the root of the repository), so that ``stack`` is importable::

    pulumi stack init dev
    pulumi config set image <registry>/<repository>:<tag>
    pulumi config set --secret applicationSecret
    pulumi up

No module here may share its name with one of the standard library: the CLI puts this directory first on the import
path, where a ``logging.py`` or a ``secrets.py`` would hide Python's own.
"""
