"""Persons, each counted once over all providers; accounts, sign-in and roles."""
