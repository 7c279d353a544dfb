"""What is loaded for the tests stays, so the collector is to look at it rarely."""

import gc

gc.set_threshold(50_000, 20, 50)
