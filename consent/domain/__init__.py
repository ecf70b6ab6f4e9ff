"""The pure rules of consent."""
