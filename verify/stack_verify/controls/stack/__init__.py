"""Controls of the stack as a whole: outputs, state, names and tags."""
