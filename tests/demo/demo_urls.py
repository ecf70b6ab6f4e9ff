"""The project's addresses as the demo has them."""

from django.urls import path

from counselling.urls import urlpatterns as everywhere
from counselling.views import demo

urlpatterns = [
    *everywhere,
    path("demo/people", demo.people, name="demo-people"),
    path("demo/outbox", demo.outbox, name="demo-outbox"),
]
