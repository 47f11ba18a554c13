"""What views answer: read models, which are also what the HTTP doors show. Integers carry their unit in the name."""
