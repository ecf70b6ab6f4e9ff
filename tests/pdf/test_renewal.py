"""The practice gets a new certificate, and what it sealed with the old one stays genuine."""

from __future__ import annotations

import datetime
import functools
import os
import pathlib
import shutil
import stat
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from cryptography import x509
from django.core.management import CommandError, call_command

from consent import pdf
from counselling.vault import signing
from counselling.vault.providers import KeysRefused
from tests.pdf import sources

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.req("ES-15"), pytest.mark.slow]


@pytest.fixture
def folder(practice_secrets: pathlib.Path, tmp_path: pathlib.Path, settings: Any) -> pathlib.Path:
    """The practice's secrets, in a copy that may be renewed."""
    copy = tmp_path / "secrets"
    shutil.copytree(practice_secrets, copy)
    settings.PRACTICE_KEY_FILE = copy / "practice.key"
    settings.PRACTICE_CERTIFICATE_FILE = copy / "practice.crt"
    return copy


def renew(folder: pathlib.Path) -> None:
    signing.renew_practice_certificate(folder / "practice.key", folder / "practice.crt")


@functools.cache
def paper() -> bytes:
    return pdf.render(sources.withdrawal())


def sealed() -> bytes:
    return pdf.seal(paper())


def test_documents_sealed_before_two_renewals_are_genuine_and_say_by_which(
    folder: pathlib.Path, run: Callable[..., str]
) -> None:
    first = sealed()
    by = pdf.verify(first).certificate
    renew(folder)
    second = sealed()
    renew(folder)
    third = sealed()
    verdicts = [pdf.verify(one) for one in (first, second, third)]
    assert [one.holds for one in verdicts] == [True] * 3
    assert verdicts[0].certificate == by
    assert len({one.certificate for one in verdicts}) == 3
    assert verdicts[2].superseded is None
    assert None not in {verdicts[0].superseded, verdicts[1].superseded}
    assert [one.fingerprint for one in pdf.certificates_known()] == [
        one.certificate for one in reversed(verdicts)
    ]
    assert "Signature is Valid" in run(first, "pdfsig", "-nocert", "DOC", check=False)
    # any change of an old one is found as well
    at = first.index(b"stream", 2000) + 40
    assert not pdf.verify(first[:at] + bytes([first[at] ^ 1]) + first[at + 1 :]).holds


def test_a_certificate_that_has_ended_sealed_what_it_sealed(folder: pathlib.Path) -> None:
    before = sealed()
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=4000)):
        assert pdf.verify(before).holds
        with pytest.raises(pdf.SealRefused, match="does not hold"):
            sealed()
        renew(folder)
        assert pdf.verify(before).holds
        assert pdf.verify(sealed()).holds


def test_a_seal_made_with_a_stolen_old_key_after_the_renewal_is_not_ours(
    folder: pathlib.Path, tmp_path: pathlib.Path, settings: Any
) -> None:
    stolen = tmp_path / "stolen"
    shutil.copytree(folder, stolen)
    renew(folder)
    settings.PRACTICE_KEY_FILE = stolen / "practice.key"
    settings.PRACTICE_CERTIFICATE_FILE = stolen / "practice.crt"
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=2)):
        forged = sealed()
    settings.PRACTICE_CERTIFICATE_FILE = folder / "practice.crt"
    verdict = pdf.verify(forged)
    assert verdict.intact
    assert not verdict.ours
    assert not verdict.holds


@pytest.mark.parametrize("last", [0, 1, 2])
def test_killed_at_any_point_it_is_run_again_and_documents_are_sealed_meanwhile(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    done = []
    replace = signing._replace

    def killed(path: pathlib.Path, content: bytes) -> None:
        if len(done) == last:
            raise KeyboardInterrupt
        done.append(path.name)
        replace(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(signing, "_replace", killed)
        if last == 2:
            patch.setattr(pathlib.Path, "unlink", _killed)
        with pytest.raises(KeyboardInterrupt):
            renew(folder)
    between = sealed()
    assert pdf.verify(between).holds
    renew(folder)
    assert pdf.verify(between).holds
    assert pdf.verify(sealed()).superseded is None
    assert len(pdf.certificates_known()) == 2
    assert not (folder / "practice.key.next").exists()


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_the_files_stay_their_owners_and_the_old_key_is_gone(folder: pathlib.Path) -> None:
    old = (folder / "practice.key").read_bytes()
    (folder / "practice.crt").chmod(0o640)
    renew(folder)
    assert old not in b"".join(file.read_bytes() for file in folder.iterdir())
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert modes["practice.key"] == 0o600
    assert modes["practice.crt"] == 0o640
    newest = x509.load_pem_x509_certificates((folder / "practice.crt").read_bytes())[0]
    assert newest.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    before = (folder / "practice.crt").read_bytes()
    signing.make_secrets(folder)
    assert (folder / "practice.crt").read_bytes() == before


def test_where_nothing_can_be_written_a_sentence_says_where_it_can(tmp_path: pathlib.Path) -> None:
    with pytest.raises(KeysRefused, match="where they can be written"):
        renew(tmp_path / "nowhere")


@pytest.mark.django_db
def test_the_command_asks_for_the_word_and_leaves_its_event(
    folder: pathlib.Path, root: Any
) -> None:
    was = pdf.certificates_known()[0].fingerprint
    with pytest.raises(CommandError, match="Nothing was done"):
        call_command("renew_certificate", stdout=StringIO())
    assert [one.fingerprint for one in pdf.certificates_known()] == [was]
    out = StringIO()
    call_command("renew_certificate", "--yes", stdout=out)
    assert len(pdf.certificates_known()) == 2
    assert pdf.certificates_known()[0].fingerprint in out.getvalue()
    (payload,) = root.execute(
        "SELECT payload::jsonb -> 'detail' FROM audit_event "
        "WHERE payload::jsonb ->> 'kind' = 'certificate.renewed'"
    ).fetchone()
    assert payload == {"former": was}
    assert os.environ["COUNSELLING_MODE"] == "test"
