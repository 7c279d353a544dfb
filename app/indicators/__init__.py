"""Measures, frameworks, entered values, returns, targets and frozen reports over the facts."""
