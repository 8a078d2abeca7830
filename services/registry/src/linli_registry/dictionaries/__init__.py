"""Code tables for forms and screens."""
