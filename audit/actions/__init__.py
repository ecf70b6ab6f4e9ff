"""What is done with the log: write into it, show it, prove it."""

from audit.actions.announcing import announce_work, end_work
from audit.actions.deciding import (
    Findings,
    Finished,
    answer_finding,
    decide_finding,
    finish_review,
    read_finding,
    read_findings,
    read_question,
    read_reviews,
)
from audit.actions.erasing import destroy_key
from audit.actions.finding import find
from audit.actions.keeping import make_months
from audit.actions.looking import Period, read_picture, read_touched, read_visits
from audit.actions.proving import (
    acknowledge_restore,
    record_export,
    record_proof,
    record_verification,
)
from audit.actions.reading import read_openings, read_trail
from audit.actions.recording import go_on, record, record_refusal, record_resealing
from audit.actions.taking import (
    MOST_TAKEN,
    Taking,
    begin_taking,
    go_on_taking,
    take_touched,
)
from audit.actions.witnessing import (
    keep_checkpoint_letter,
    prepare_checkpoint_letter,
    tell_of_an_absent_witness,
)

__all__ = [
    "MOST_TAKEN",
    "Findings",
    "Finished",
    "Period",
    "Taking",
    "acknowledge_restore",
    "announce_work",
    "answer_finding",
    "begin_taking",
    "decide_finding",
    "destroy_key",
    "end_work",
    "find",
    "finish_review",
    "go_on",
    "go_on_taking",
    "keep_checkpoint_letter",
    "make_months",
    "prepare_checkpoint_letter",
    "read_finding",
    "read_findings",
    "read_openings",
    "read_picture",
    "read_question",
    "read_reviews",
    "read_touched",
    "read_trail",
    "read_visits",
    "record",
    "record_export",
    "record_proof",
    "record_refusal",
    "record_resealing",
    "record_verification",
    "take_touched",
    "tell_of_an_absent_witness",
]
