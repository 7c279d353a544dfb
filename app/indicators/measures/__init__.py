"""What a figure is and how it is computed: definitions, counting, divisors, results."""
