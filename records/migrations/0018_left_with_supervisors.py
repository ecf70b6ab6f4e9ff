"""A trainee's note that waits stays with who supervises them, after the case went out of sight."""

from django.db import migrations

from counselling.sql import another_policy, definer

ME = "public.counselling_actor()"
UNDECIDED = (
    "note.needs_co_signature AND NOT EXISTS ("
    "SELECT FROM public.records_co_signature done WHERE done.note_id = note.id)"
)
# a return without an answer of the author's, under the note or under one member's part of it
RETURNED = """EXISTS (
    SELECT FROM public.records_return back WHERE back.note_id = note.id AND NOT EXISTS (
        SELECT FROM public.records_addendum answer
        WHERE answer.note_id = note.id AND answer.author_id = note.author_id
          AND answer.signed_at > back.returned_at
        UNION ALL
        SELECT FROM public.records_part_addendum answer
        JOIN public.records_note_part part ON part.id = answer.part_id
        WHERE part.note_id = note.id AND answer.author_id = note.author_id
          AND answer.signed_at > back.returned_at
    )
)"""
HIDDEN = "NOT note.case_id = ANY (ARRAY(SELECT public.visible_cases('record')))"
# notes of cases the actor does not see: as who supervises their author now, those nobody has
# co-signed; as their author, those that came back, until they have answered
LEFT = f"""
DECLARE
    me uuid := {ME};
BEGIN
    IF me IS NULL OR public.clients_emergency_client() IS NOT NULL THEN
        RETURN;
    END IF;
    IF public.actor_has_role('supervisor') THEN
        RETURN QUERY SELECT note.id, note.session_id, note.case_id, false
        FROM (
            SELECT DISTINCT arranged.supervisee_id FROM public.accounts_supervision arranged
            WHERE arranged.supervisor_id = me AND arranged.supervisee_id <> me
              AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
        ) theirs
        JOIN public.records_note note ON note.author_id = theirs.supervisee_id
        WHERE {UNDECIDED} AND {HIDDEN};
    END IF;
    IF public.actor_has_role('trainee') OR public.actor_has_role('counsellor') THEN
        RETURN QUERY SELECT note.id, note.session_id, note.case_id, true
        FROM public.records_note note
        WHERE note.author_id = me AND {UNDECIDED} AND {RETURNED} AND {HIDDEN};
    END IF;
END
"""
# the reference stays, and for the log whom each note is about; no name
ABOUT = """
SELECT waits.note_id, kept.id, waits.own, kept.reference::text, kept.kind::text, ARRAY(
    SELECT part.client_id FROM public.clients_casemember part
    WHERE part.case_id = kept.id AND (part.until IS NULL OR part.until > held.starts_at)
    ORDER BY part.since, part.id
)
FROM public.records_left_waiting() waits
JOIN public.clients_case kept ON kept.id = waits.case_id
JOIN public.records_session held ON held.id = waits.session_id
"""
# what would stay with supervisors if somebody's assignment ended now; asked by who may end it
LEFT_TO_JUDGE = f"""
SELECT note.id, held.starts_at FROM public.records_note note
JOIN public.records_session held ON held.id = note.session_id
WHERE note.case_id = of_case AND note.author_id = of_person AND {UNDECIDED}
  AND (of_person = {ME} AND of_case = ANY (ARRAY(SELECT public.visible_cases('record')))
       OR of_case = ANY (ARRAY(SELECT public.visible_cases('manage'))))
ORDER BY held.starts_at
"""
WAITING = "SELECT waits.note_id FROM public.records_left_waiting() waits"
OF_NOTE = f"note_id = ANY (ARRAY({WAITING}))"
JUDGES = (
    f"supervisor_id = {ME} AND author_id <> {ME} AND public.supervises(author_id) AND {OF_NOTE}"
)
UNDER_RETURN = (
    "of_return_id IN (SELECT back.id FROM public.records_return back "
    f"WHERE back.note_id = ANY (ARRAY({WAITING})))"
)


class Migration(migrations.Migration):
    """One more reason to see such a note and what stands under it, to judge it, to answer."""

    dependencies = [("records", "0017_reminds_who_stands_in")]

    operations = [
        definer(
            "records_left_waiting()",
            "TABLE (note_id uuid, session_id uuid, case_id uuid, own boolean)",
            LEFT,
            "plpgsql",
        ),
        definer(
            "records_left_waiting_about()",
            "TABLE (note_id uuid, case_id uuid, own boolean, reference text, kind text, "
            "clients uuid[])",
            ABOUT,
        ),
        definer(
            "records_left_to_judge(of_case uuid, of_person uuid)",
            "TABLE (note_id uuid, starts_at timestamptz)",
            LEFT_TO_JUDGE,
        ),
        another_policy(
            "records_note", "records_note_left", "select", f"id = ANY (ARRAY({WAITING}))"
        ),
        another_policy(
            "records_session",
            "records_session_left",
            "select",
            "id = ANY (ARRAY(SELECT waits.session_id FROM public.records_left_waiting() waits))",
        ),
        another_policy("records_addendum", "records_addendum_left", "select", OF_NOTE),
        another_policy("records_note_part", "records_note_part_left", "select", OF_NOTE),
        another_policy(
            "records_part_addendum",
            "records_part_addendum_left",
            "select",
            "part_id IN (SELECT part.id FROM public.records_note_part part "
            f"WHERE part.note_id = ANY (ARRAY({WAITING})))",
        ),
        another_policy("records_return", "records_return_left", "select", OF_NOTE),
        another_policy(
            "records_return_comment",
            "records_return_comment_left",
            "select",
            f"(author_id = {ME} OR supervisor_id = {ME} OR public.supervises(author_id)) "
            f"AND {UNDER_RETURN}",
        ),
        another_policy("records_co_signature", "records_co_signature_of_left", "insert", JUDGES),
        another_policy("records_return", "records_return_of_left", "insert", JUDGES),
        another_policy(
            "records_return_comment",
            "records_return_comment_of_left",
            "insert",
            f"supervisor_id = {ME} AND author_id <> {ME} AND public.supervises(author_id) "
            f"AND {UNDER_RETURN}",
        ),
        another_policy(
            "records_addendum",
            "records_addendum_to_left",
            "insert",
            f"author_id = {ME} AND note_id = ANY (ARRAY({WAITING} WHERE waits.own))",
        ),
    ]
