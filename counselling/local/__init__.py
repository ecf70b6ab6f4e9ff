"""What one machine needs to run everything by itself. Imports nothing, so that bootstrap can run bare."""
