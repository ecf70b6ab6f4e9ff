"""Where somebody who works here lives, as a keyed hash: only to be compared with clients."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A client has no home here either: theirs is with what is known of them."""

    dependencies = [
        ("accounts", "0008_outside_reviewer"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="account",
            name="accounts_account_client_has_no_name_here",
        ),
        migrations.AddField(
            model_name="account",
            name="home",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "staff"),
                    models.Q(("home", ""), ("name", ""), ("title", "")),
                    _connector="OR",
                ),
                name="accounts_account_client_has_no_name_here",
            ),
        ),
    ]
