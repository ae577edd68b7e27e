"""Dates and hours as the institution writes them, where Django writes them itself: « 30 octobre 2025, 16 h 30 »."""

DATETIME_FORMAT = "j\u00a0F\u00a0Y, G\u00a0\\h\u00a0i"
TIME_FORMAT = "G\u00a0\\h\u00a0i"
