"""The pure rules of the hubs service: values in, values or refusals out."""
