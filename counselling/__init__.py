"""The project: composition on top, the shared kernel at the bottom. Imports nothing, so that bootstrap can run bare."""
