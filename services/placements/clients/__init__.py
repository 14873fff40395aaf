"""Questions to sister services; they return domain values."""
