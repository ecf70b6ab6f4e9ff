"""Who signs in: staff and clients, their second factors, roles, sittings and supervision."""
