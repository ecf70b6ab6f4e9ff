"""Who is cared for, and by whom: clients, cases, members, assignments, how to reach somebody."""
