"""The data law: why data about people are used, where they lie, how long, and what people may ask.

Packages above tell it what they keep: their `holdings`, their `inventory`, their `retention`.
"""
