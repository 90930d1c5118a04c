"""The forms that reports are written in: one module each."""
