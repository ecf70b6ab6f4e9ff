"""The pages of clients and cases; the client's own page joins apps and stands in the project."""
