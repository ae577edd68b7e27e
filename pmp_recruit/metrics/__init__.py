"""What a Prometheus asks for: counts of requests by process, and gauges read from the database when it asks."""
