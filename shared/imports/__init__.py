"""Imports: a partner's file, row by row, checked, applied and accounted for. A row is never lost and never applied twice."""
