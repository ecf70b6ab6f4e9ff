"""The project: composition on top, the kernel below; imports nothing, so bootstrap runs bare."""
