"""A backup of the database and of every file that its rows name, as they stood at one instant; and its restoration."""
