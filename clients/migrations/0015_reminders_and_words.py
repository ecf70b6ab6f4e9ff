"""A message may remind of an appointment or carry a few words: both only by the client's word."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """What each needs the client's word for is asked by a migration of consent, which knows it."""

    dependencies = [("clients", "0014_letters_to_guardians")]

    operations = [
        migrations.RemoveConstraint(model_name="message", name="clients_message_template"),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "template__in",
                        [
                            "document", "copy", "change", "notice", "sign-in",
                            "appointment", "words",
                        ],
                    )
                ),
                name="clients_message_template",
            ),
        ),
    ]  # fmt: skip
