"""A well-run new account: a landing zone's, with one application as the CDK deploys it by its own defaults."""
