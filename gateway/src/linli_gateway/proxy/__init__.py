"""The way through to the services: a bare ASGI callable beside the FastAPI routes."""
