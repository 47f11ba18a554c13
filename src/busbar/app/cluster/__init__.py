"""The roles of a network of processes: gateway, core, api and worker, on PostgreSQL, RabbitMQ and Redis."""
