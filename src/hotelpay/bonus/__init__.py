"""Paying a guest's bill with loyalty points: the settings and the quote."""
