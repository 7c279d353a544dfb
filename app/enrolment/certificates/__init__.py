"""Certificates: what is on them is frozen when they are issued; anybody can check one by its code.

They know the places of a class and how a class ends, and nothing of letters and figures.
"""
