"""The pure rules of the placements service: values in, values or refusals out."""
