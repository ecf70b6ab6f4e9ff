"""The project: composition on top, the kernel at the bottom; imports nothing, so bootstrap runs bare."""
