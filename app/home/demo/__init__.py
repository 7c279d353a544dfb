"""An invented city, the same at every loading but for its dates, which follow the calendar."""
