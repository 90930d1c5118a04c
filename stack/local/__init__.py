"""Deploys the Pulumi program of this repository to moto, without the Pulumi CLI, an AWS account or a network.

It only creates: there is no diff, update or delete, and none of the AWS provider's own checks and defaults. What runs
here has not been tested with `pulumi up`.
"""
