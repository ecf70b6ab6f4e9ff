"""What one machine needs to run it all. Imports nothing, so that bootstrap can run bare."""
