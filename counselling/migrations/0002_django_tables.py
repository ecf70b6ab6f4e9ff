"""Rights of the application on the tables Django itself keeps."""

from django.db import migrations

from counselling.sql import grant


class Migration(migrations.Migration):
    """Sessions are read and written; the rest is only read."""

    dependencies = [
        ("counselling", "0001_initial"),
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        grant("django_session", "SELECT, INSERT, UPDATE, DELETE"),
        grant("django_content_type", "SELECT"),
        grant("django_migrations", "SELECT"),
    ]
