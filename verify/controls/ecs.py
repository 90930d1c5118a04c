"""Controls of ecs."""
