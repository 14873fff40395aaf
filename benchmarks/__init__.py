"""How fast Practicum is, measured side by side with the least that could do the same: machines differ and are noisy."""
