"""The service: what people touch."""
