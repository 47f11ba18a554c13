"""Rating: what a session costs by a tariff. Pure, exact, the same for the running cost, the receipt and the record."""
