"""A campaign's indicators: counted in the database, drawn on the server, each with its table."""
