"""Inside an emergency access nothing of what a client agreed to is shown, asked or changed."""

from django.db import migrations

from counselling.sql import not_in_emergency


class Migration(migrations.Migration):
    """An emergency is for notes, plans and how somebody is reached."""

    dependencies = [
        ("consent", "0006_gone_through"),
        ("clients", "0007_standing_in_and_emergencies"),
    ]

    operations = [
        not_in_emergency(
            "consent_consent",
            "consent_disclosure",
            "consent_disclosureitem",
            "consent_document",
            "consent_gone_through",
            "consent_onlineacceptance",
            "consent_question",
            "consent_recipient",
            "consent_replacement",
            "consent_request",
            "consent_signature",
            "consent_withdrawal",
        ),
    ]
