"""Honest stand-ins for what lies behind the project's own seams."""
