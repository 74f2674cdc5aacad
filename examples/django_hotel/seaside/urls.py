"""The addresses of the hotel: one page."""

from django.urls import path
from frontdesk.views import desk

urlpatterns = [path("", desk, name="desk")]
