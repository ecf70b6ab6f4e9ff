"""Reads of consent that open nothing sealed."""


def due_documents():
    return []
