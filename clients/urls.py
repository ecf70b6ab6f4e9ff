"""Addresses of this app: nouns, random ids, no names."""

from django.urls import URLPattern

app_name = "clients"
urlpatterns: list[URLPattern] = []
