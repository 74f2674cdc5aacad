"""A small hotel on FastAPI that takes hotelpay in: see README.md."""
