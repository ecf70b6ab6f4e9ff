"""What leaves with an export: programs that need nothing but Python."""
