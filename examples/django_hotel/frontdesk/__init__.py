"""A front desk with bookings and folios, and hotelpay behind it."""
