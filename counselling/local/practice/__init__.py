"""A fictional practice, told as acts with an instant each and played through the real actions."""
