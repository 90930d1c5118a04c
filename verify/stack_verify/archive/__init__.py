"""Audits that are kept: the history, and the seal and signature of reports."""
