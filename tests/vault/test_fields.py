"""Sealed fields on real rows: sealed on the way in, silent on the way out, bound to their place."""

from __future__ import annotations

import json
import pickle
import threading
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.writer import MigrationWriter
from django.db.models import F, Value
from django.db.models.functions import Length
from django.forms.models import model_to_dict

from counselling import vault
from counselling.db import uuid7
from counselling.errors import Invalid
from counselling.vault import plain

from .samples import Leaf, Person

if TYPE_CHECKING:
    from collections.abc import Callable

    Granting = Callable[..., vault.Grant]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]

CANARY = "Ihr Bruder hat wieder getrunken 🕯"


def raw(row: UUID, column: str = "text", table: str = "sample_leaf") -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [row])
        return bytes(cursor.fetchone()[0])


def put(root: psycopg.Connection[Any], row: UUID, stored: bytes, column: str = "text") -> None:
    root.execute(f"UPDATE sample_leaf SET {column} = %s WHERE id = %s", [stored, row])


# round trips


@pytest.mark.req("EN-01")
def test_a_text_is_sealed_in_the_row_and_opens_for_its_case(grant: Granting) -> None:
    case = uuid4()
    leaf = Leaf.objects.create(case_id=case, text=CANARY)
    assert CANARY.encode() not in raw(leaf.id)
    read = Leaf.objects.get(pk=leaf.pk)
    granted = grant(vault.holders.case(case))
    assert vault.open_text(read.text, granted) == CANARY
    assert vault.open(read.text, granted) == CANARY
    assert vault.open_text(leaf.text, granted) == CANARY


def test_every_kind_of_value_opens_as_it_was(grant: Granting) -> None:
    case, author = uuid4(), uuid4()
    answers = {"called": "Mara", "yes": [True, None, 1.5], "nested": {"ä": "\\u0000"}}
    content = bytes(range(256)) * 600
    leaf = Leaf.objects.create(
        case_id=case, author_id=author, text="", own="mine", answers=answers, content=content
    )
    leaf.refresh_from_db()
    granted = grant(vault.holders.case(case), vault.holders.author(case, author))
    assert vault.open_text(leaf.text, granted) == ""
    assert vault.open_text(leaf.own, granted) == "mine"
    assert vault.open_json(leaf.answers, granted) == answers
    assert vault.open(leaf.answers, granted) == answers
    assert vault.open_bytes(leaf.content, granted) == content
    assert vault.open(leaf.content, granted) == content


def test_a_row_can_be_its_own_keyholder(grant: Granting) -> None:
    person = Person.objects.create(name="Mara", seed="JBSW", entry="Haus am See")
    granted = grant(vault.holders.client(person.id), vault.holders.staff(person.id), vault.PRACTICE)
    read = Person.objects.get()
    opened = [vault.open_text(value, granted) for value in (read.name, read.seed, read.entry)]
    assert opened == ["Mara", "JBSW", "Haus am See"]


def test_nothing_stays_nothing(grant: Granting) -> None:
    leaf = Leaf.objects.create(case_id=uuid4(), text="x")
    leaf.refresh_from_db()
    assert (leaf.own, leaf.answers, leaf.content) == (None, None, None)
    assert vault.fingerprint(leaf, "own") == ""
    assert list(Leaf.objects.filter(own__isnull=True)) == [leaf]


def test_a_required_value_has_no_default() -> None:
    with pytest.raises(IntegrityError):
        Leaf.objects.create(case_id=uuid4())


def test_a_changed_value_is_sealed_anew_and_an_unchanged_one_is_left(grant: Granting) -> None:
    leaf = Leaf.objects.create(case_id=uuid4(), text="one", own=None)
    first = raw(leaf.id)
    leaf.save()
    assert raw(leaf.id) == first
    read = Leaf.objects.get()
    read.save()
    assert raw(leaf.id) == first
    read.text = "two"
    read.save(update_fields=["text"])
    assert raw(leaf.id) != first
    leaf.refresh_from_db()
    assert vault.open_text(leaf.text, grant(vault.holders.case(leaf.case_id))) == "two"


def test_a_deferred_value_is_fetched_when_asked_for(grant: Granting) -> None:
    leaf = Leaf.objects.create(case_id=uuid4(), text="later")
    read = Leaf.objects.defer("text").get()
    read.save()
    assert vault.open_text(read.text, grant(vault.holders.case(leaf.case_id))) == "later"
    assert len(vault.fingerprint(Leaf.objects.defer("text").get(), "text")) == 64


def test_many_rows_are_sealed_at_once(grant: Granting) -> None:
    cases = [uuid4() for _ in range(3)]
    Leaf.objects.bulk_create([Leaf(case_id=case, text=str(case)) for case in cases])
    granted = grant(*map(vault.holders.case, cases))
    for leaf in Leaf.objects.all():
        assert vault.open_text(leaf.text, granted) == str(leaf.case_id)


def test_a_row_that_sets_its_own_id_is_saved(grant: Granting) -> None:
    leaf = Leaf(id=uuid7(), case_id=uuid4())
    leaf.text = "x"
    leaf.save()
    assert vault.open_text(leaf.text, grant(vault.holders.case(leaf.case_id))) == "x"


@pytest.mark.req("EN-05")
def test_a_thousand_equal_notes_differ_in_the_table() -> None:
    case = uuid4()
    Leaf.objects.bulk_create([Leaf(case_id=case, text="She slept well.") for _ in range(1000)])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT substring(text from 10 for 12)), "
            "count(DISTINCT substring(text from 22 for 16)) FROM sample_leaf"
        )
        assert cursor.fetchone() == (1000, 1000)


def test_the_fingerprint_is_the_hash_of_what_is_stored() -> None:
    leaf = Leaf.objects.create(case_id=uuid4(), text="x")
    assert vault.fingerprint(leaf, "text") == vault.digest(raw(leaf.id))
    leaf.text = "y"
    with pytest.raises(TypeError, match="not stored"):
        vault.fingerprint(leaf, "text")


# silence


@pytest.mark.req("EN-02")
def test_neither_a_hidden_nor_a_stored_value_shows_or_travels() -> None:
    leaf = Leaf(case_id=uuid4(), text=CANARY)
    hidden = leaf.text
    leaf.save()
    for value in (hidden, leaf.text, Leaf.objects.get().text):
        assert repr(value) == str(value) == f"{value}" == "<sealed>"
        with pytest.raises(TypeError):
            pickle.dumps(value)
        with pytest.raises(TypeError):
            json.dumps(value)
    for instance in (Leaf(case_id=uuid4(), text=CANARY), Leaf.objects.get()):
        assert CANARY not in str(vars(instance))
        assert CANARY not in str(model_to_dict(instance))
        with pytest.raises(TypeError):
            pickle.dumps(instance)
        with pytest.raises(TypeError):
            serializers.serialize("json", [instance])


def test_a_query_set_is_not_pickled() -> None:
    Leaf.objects.create(case_id=uuid4(), text=CANARY)
    with pytest.raises(TypeError):
        pickle.dumps(Leaf.objects.all())


def test_a_value_without_its_row_never_opens(grant: Granting) -> None:
    leaf = Leaf.objects.create(case_id=uuid4(), text=CANARY)
    granted = grant(vault.holders.case(leaf.case_id))
    for value in (
        Leaf.objects.values_list("text", flat=True)[0],
        Leaf.objects.values("text")[0]["text"],
        Leaf.objects.annotate(copy=F("text")).get().copy,
    ):
        assert repr(value) == "<sealed>"
        with pytest.raises(TypeError, match="without its row"):
            vault.open_text(value, granted)


def test_a_value_not_saved_yet_does_not_open(grant: Granting) -> None:
    leaf = Leaf(case_id=uuid4(), text=CANARY)
    with pytest.raises(TypeError, match="not saved yet"):
        vault.open_text(leaf.text, grant(vault.holders.case(leaf.case_id)))


def test_a_value_opens_as_what_it_is(grant: Granting) -> None:
    leaf = Leaf.objects.create(case_id=uuid4(), text=CANARY)
    with pytest.raises(TypeError, match="sealed text, not JSON"):
        vault.open_json(leaf.text, grant(vault.holders.case(leaf.case_id)))


# what is refused


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: Leaf.objects.update(text=CANARY),
        lambda: Leaf.objects.update(text=F("own")),
        lambda: Leaf.objects.update(text=Value(CANARY, output_field=models.TextField())),
        lambda: Leaf.objects.update(text=Leaf.objects.get().text),
        lambda: Leaf.objects.bulk_update([Leaf.objects.get()], ["text"]),
        lambda: list(Leaf.objects.filter(pk__in=Leaf.objects.filter(text=CANARY))),
        lambda: Leaf._meta.get_field("text").to_python(CANARY),
        lambda: Leaf._meta.get_field("text").get_prep_value(CANARY),
        lambda: Leaf(case_id=uuid4(), text=3),
        lambda: Leaf(case_id=uuid4(), text=F("own")),
        lambda: Leaf(case_id=uuid4(), answers={"at": object()}),
        lambda: Leaf(case_id=uuid4(), content="text"),
    ],
)
def test_every_other_way_in_is_shut(attempt: Callable[[], object]) -> None:
    leaf = Leaf.objects.create(case_id=uuid4(), text="x")
    before = raw(leaf.id)
    with pytest.raises((TypeError, FieldError)) as refused:
        attempt()
    assert CANARY not in str(refused.value)
    assert raw(leaf.id) == before


@pytest.mark.parametrize("lookup", ["text", "text__contains", "text__in", "text__exact"])
def test_a_sealed_column_cannot_be_searched(lookup: str) -> None:
    with pytest.raises(FieldError, match="isnull"):
        Leaf.objects.filter(**{lookup: None})


def test_a_column_can_be_emptied_and_measured() -> None:
    leaf = Leaf.objects.create(case_id=uuid4(), text="x", answers={})
    Leaf.objects.update(answers=None)
    leaf.refresh_from_db()
    assert leaf.answers is None
    assert Leaf.objects.aggregate(most=models.Max(Length("text")))["most"] == 293


def test_full_clean_takes_hidden_values() -> None:
    leaf = Leaf(case_id=uuid4(), author_id=uuid4(), text="x", own="y", answers={}, content=b"")
    leaf.full_clean()
    leaf.save()
    Leaf.objects.get().full_clean()


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_what_cannot_be_written_down_is_said_at_the_field(text: str) -> None:
    for field in ("text", "answers"):
        with pytest.raises(Invalid, match="cannot be written") as refused:
            Leaf(**{field: text})
        assert refused.value.field == field
        assert refused.value.__cause__ is None
    for nested in ({"a": [text]}, {text: 1}, (1, text)):
        with pytest.raises(Invalid):
            Leaf(answers=nested)


def test_a_number_json_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        Leaf(answers=float("nan"))


def test_a_megabyte_is_enough_for_a_text(grant: Granting) -> None:
    most = "x" * 1024 * 1024
    leaf = Leaf.objects.create(case_id=uuid4(), text=most)
    assert vault.open_text(leaf.text, grant(vault.holders.case(leaf.case_id))) == most
    with pytest.raises(Invalid, match="too long") as refused:
        leaf.text = most + "x"
    assert refused.value.field == "text"


def test_what_may_be_large_takes_as_much_as_a_file_and_no_more(
    grant: Granting, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ["x" * 1000] * 3000
    large = Leaf.objects.create(case_id=uuid4(), text="-", everything=whole)
    assert vault.open_json(large.everything, grant(vault.holders.case(large.case_id))) == whole
    with pytest.raises(Invalid, match="too long"):
        large.answers = whole
    monkeypatch.setattr(plain, "MOST_FILE", 2 * 1024 * 1024)
    with pytest.raises(Invalid, match="too long"):
        large.everything = whole


# one place each


def test_a_sealed_value_does_not_move_to_another_row() -> None:
    one = Leaf.objects.create(case_id=uuid4(), text="one")
    two = Leaf(case_id=one.case_id)
    with pytest.raises(TypeError, match="another row"):
        two.text = one.text
    one.text = one.text
    one.id = uuid7()
    with pytest.raises(TypeError, match="another row"):
        one.save()
    read = Leaf.objects.get()
    read.id = uuid7()
    with pytest.raises(TypeError, match="another row"):
        read.save()


def test_a_hidden_value_may_still_be_handed_on(grant: Granting) -> None:
    one, two = Leaf(case_id=uuid4(), text="x"), Leaf(case_id=uuid4())
    two.text = one.text
    two.save()
    assert vault.open_text(two.text, grant(vault.holders.case(two.case_id))) == "x"


def test_a_row_without_its_keyholder_is_not_saved() -> None:
    with pytest.raises(TypeError, match="named by a UUID"):
        Leaf.objects.create(case_id=uuid4(), text="x", own="y")


@pytest.mark.req("EN-04")
def test_swapped_rows_columns_and_cases_do_not_open(
    grant: Granting, root: psycopg.Connection[Any]
) -> None:
    case, author = uuid4(), uuid4()
    ids = [uuid7(), uuid7(), uuid7()]
    _commit_leaves(ids, [case, case, uuid4()], author)
    granted = grant(vault.holders.author(case, author), *map(vault.holders.case, _cases(ids)))
    one = raw(ids[0])
    for row, column in ((ids[1], "text"), (ids[2], "text"), (ids[0], "own")):
        put(root, row, one, column)
        with pytest.raises(vault.SealBroken) as refused:
            vault.open_text(getattr(Leaf.objects.get(pk=row), column), granted)
        assert refused.value.place is not None
        assert refused.value.place.row == row
    root.execute("UPDATE sample_leaf SET case_id = %s WHERE id = %s", [_cases(ids)[2], ids[0]])
    with pytest.raises(vault.SealBroken):
        vault.open_text(Leaf.objects.get(pk=ids[0]).text, granted)


def _commit_leaves(ids: list[UUID], cases: list[UUID], author: UUID) -> None:
    """Save them so that a superuser's connection sees them too."""

    def save() -> None:
        for row, case in zip(ids, cases, strict=True):
            Leaf.objects.create(id=row, case_id=case, author_id=author, text="x", own="y")
        connection.close()

    thread = threading.Thread(target=save)
    thread.start()
    thread.join()


def _cases(ids: list[UUID]) -> list[UUID]:
    return [Leaf.objects.get(pk=row).case_id for row in ids]


@pytest.mark.req("EN-03")
@pytest.mark.parametrize("position", [0, 4, 5, 8, 9, 20, 21, 150, -1])
def test_one_changed_byte_is_refused_and_nothing_is_given(
    grant: Granting, root: psycopg.Connection[Any], position: int
) -> None:
    ids, case = [uuid7()], uuid4()
    _commit_leaves(ids, [case], uuid4())
    changed = bytearray(raw(ids[0]))
    changed[position] ^= 1
    put(root, ids[0], bytes(changed))
    with pytest.raises(vault.SealBroken) as refused:
        vault.open_text(Leaf.objects.get().text, grant(vault.holders.case(case)))
    assert refused.value.place is not None
    assert refused.value.place.row == ids[0]


@pytest.mark.parametrize("column", ["text", "content"])
def test_the_column_itself_refuses_what_is_no_envelope(
    root: psycopg.Connection[Any], grant: Granting, column: str
) -> None:
    ids = [uuid7()]
    _commit_leaves(ids, [uuid4()], uuid4())
    with pytest.raises(psycopg.errors.CheckViolation):
        put(root, ids[0], CANARY.encode(), column)


def test_files_of_every_length_pass_the_columns_rule() -> None:
    for size in (0, 255, 65279, 65280, 65535, 65536, 131072):
        Leaf.objects.create(case_id=uuid4(), text="", content=bytes(size))
    assert Leaf.objects.count() == 7


@pytest.mark.req("EN-08")
def test_what_a_destroyed_key_sealed_is_gone(grant: Granting) -> None:
    leaf = Leaf.objects.create(case_id=uuid4(), text=CANARY)
    holder = vault.holders.case(leaf.case_id)
    assert vault.open_text(leaf.text, grant(holder)) == CANARY
    vault.destroy_key(holder)
    with pytest.raises(vault.KeyDestroyed):
        vault.open_text(leaf.text, grant(holder))
    leaf.text = "more"
    with pytest.raises(vault.KeyDestroyed), transaction.atomic():
        leaf.save()


def test_rows_of_an_older_key_open_beside_newer_ones(grant: Granting) -> None:
    case = uuid4()
    old = Leaf.objects.create(case_id=case, text="old")
    vault.rotate_key(vault.holders.case(case))
    new = Leaf.objects.create(case_id=case, text="new")
    assert (raw(old.id)[5:9], raw(new.id)[5:9]) == (b"\0\0\0\x01", b"\0\0\0\x02")
    granted = grant(vault.holders.case(case))
    assert [vault.open_text(leaf.text, granted) for leaf in (old, new)] == ["old", "new"]


# the declaration


def test_the_attribute_of_the_class_is_the_fields_own() -> None:
    assert Leaf.text.field is Leaf._meta.get_field("text")  # type: ignore[attr-defined]  # not in the stubs


def test_a_migration_repeats_the_declaration() -> None:
    field = Leaf._meta.get_field("own")
    _, path, args, options = field.deconstruct()
    # how much it takes is no matter of the column
    assert "large" not in Leaf._meta.get_field("everything").deconstruct()[3]
    assert path == "counselling.vault.fields.SealedTextField"
    assert options == {"null": True, "holder": vault.by_author("case_id", "author_id")}
    assert type(field)(*args, **options).deconstruct()[1:] == field.deconstruct()[1:]


def test_the_holder_can_be_written_into_a_migration() -> None:
    text, imports = MigrationWriter.serialize(vault.by_practice())
    assert "HolderOf" in text
    assert imports == {"import counselling.vault.holders"}


def test_checks_find_rows_that_cannot_say_whose_they_are() -> None:
    class Wrong(models.Model):
        id = models.BigAutoField(primary_key=True)
        text = vault.SealedTextField(holder=vault.by_case("kase_id"), unique=True)

        class Meta:
            app_label = "sample"

        def __str__(self) -> str:
            return ""

    found = {message.id for message in Wrong._meta.get_field("text").check()}
    assert found == {"vault.E001", "vault.E002", "vault.E003"}


def test_checks_follow_a_primary_key_that_is_a_relation() -> None:
    class Card(models.Model):
        person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
        card = vault.SealedJSONField(holder=vault.by_client("person_id"))

        class Meta:
            app_label = "sample"

        def __str__(self) -> str:
            return ""

    assert Card._meta.get_field("card").check() == []
    assert [message for model in (Leaf, Person) for message in model.check()] == []
