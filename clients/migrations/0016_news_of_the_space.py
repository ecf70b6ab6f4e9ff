"""What a client changes in their space, who is told of it, and letters about their sign-in."""

import importlib

import django.db.models.deletion
from django.db import migrations, models

import counselling.db
from counselling.sql import APP, another_policy, definer, grant, not_in_emergency, row_security

first = importlib.import_module("clients.migrations.0002_row_security")
links = importlib.import_module("clients.migrations.0003_links_and_trail")

ME = first.ME
OWN = "(SELECT public.portal_client())"
INSIDE = "(SELECT public.link_row()) IS NULL AND (SELECT public.guarding()) IS NULL"
TEMPLATES = (
    "document", "copy", "change", "notice", "sign-in", "entry", "device", "appointment", "words",
)  # fmt: skip

# whose link was asked for: asked by the machine alone, which then works for that client
OF_LINK = f"""
SELECT own.client_id FROM public.accounts_sentlink asked
JOIN public.clients_portalaccess own ON own.account_id = asked.account_id
WHERE asked.id = link AND public.counselling_actor() = {first.SERVICE}
"""
# somebody who is nobody yet has guessed a link away: staff hear of it
GUESSED = f"""
CREATE FUNCTION public.clients_note_guessing(news uuid, account uuid) RETURNS uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
INSERT INTO public.clients_news (id, client_id, kind, at, by)
SELECT news, own.client_id, 'guessed', now(), public.counselling_actor()
FROM public.clients_portalaccess own
WHERE own.account_id = account AND public.counselling_actor() = {links.ANONYMOUS}
  AND EXISTS (
    SELECT FROM public.accounts_sentlink sent
    WHERE sent.account_id = account AND sent.failures >= 5 AND sent.ended_at IS NOT NULL
  )
RETURNING client_id
$body$;
REVOKE ALL ON FUNCTION public.clients_note_guessing(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.clients_note_guessing(uuid, uuid) TO {APP}
"""
# a letter without words or link: that something was done to one's own sign-in (AU-10)
TELL = f"""
CREATE FUNCTION public.clients_tell_owner(message uuid, account uuid, letter text) RETURNS uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
INSERT INTO public.clients_message
    (id, client_id, template, state, attempts, queued_at, queued_by, due_at)
SELECT message, own.client_id, letter, 'queued', 0, now(), public.counselling_actor(), now()
FROM public.clients_portalaccess own
WHERE own.account_id = account AND letter IN ('change', 'device')
  AND public.counselling_actor() IS NOT NULL
RETURNING client_id
$body$;
REVOKE ALL ON FUNCTION public.clients_tell_owner(uuid, uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.clients_tell_owner(uuid, uuid, text) TO {APP}
"""
# nothing online: whoever passed a link is out, and no letter leaves any more
CLOSE = f"""
CREATE FUNCTION public.clients_close_links(person uuid)
RETURNS TABLE (links integer, letters integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF person IS DISTINCT FROM public.portal_client()
       AND NOT person = ANY (ARRAY(SELECT public.visible_clients('manage'))) THEN
        RAISE EXCEPTION 'Only the client, or who may write their card, ends all links.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.clients_linkactor passed SET expires_at = now()
    WHERE passed.client_id = person AND passed.expires_at > now();
    GET DIAGNOSTICS links = ROW_COUNT;
    UPDATE public.clients_message letter SET state = 'dropped', content = NULL
    WHERE letter.client_id = person AND letter.state IN ('queued', 'held', 'failed');
    GET DIAGNOSTICS letters = ROW_COUNT;
    RETURN NEXT;
END $body$;
REVOKE ALL ON FUNCTION public.clients_close_links(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.clients_close_links(uuid) TO {APP}
"""


class Migration(migrations.Migration):
    """A client writes their own card; everything else of it is as it was."""

    dependencies = [
        ("clients", "0015_reminders_and_words"),
        ("accounts", "0006_link_and_word"),
    ]

    operations = [
        migrations.CreateModel(
            name="News",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counselling.db.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("seen_by", models.UUIDField(null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["guessed", "card", "offline"])),
                        name="clients_news_kind",
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("seen_at", None)),
                        fields=["client"],
                        name="clients_news_unseen",
                    )
                ],
            },
        ),
        row_security(
            "clients_news",
            select=f"{first.clients('contact')} AND {INSIDE}",
            insert=f"client_id = {OWN} AND by = {ME} AND seen_at IS NULL AND kind <> 'guessed'",
            update=first.clients("manage"),
        ),
        grant("clients_news", "SELECT, INSERT, UPDATE (seen_at, seen_by)"),
        not_in_emergency("clients_news"),
        another_policy(
            "clients_contactcard", "clients_contactcard_own", "update", f"client_id = {OWN}"
        ),
        another_policy("clients_message", "clients_message_own", "update", f"client_id = {OWN}"),
        definer("clients_of_link(link uuid)", "uuid", OF_LINK),
        migrations.RunSQL(GUESSED, "DROP FUNCTION public.clients_note_guessing(uuid, uuid)"),
        migrations.RunSQL(TELL, "DROP FUNCTION public.clients_tell_owner(uuid, uuid, text)"),
        migrations.RunSQL(CLOSE, "DROP FUNCTION public.clients_close_links(uuid)"),
        migrations.RemoveConstraint("message", "clients_message_template"),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=models.Q(("template__in", list(TEMPLATES))),
                name="clients_message_template",
            ),
        ),
    ]
