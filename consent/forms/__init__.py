"""What people enter: a PIN, what is asked of a client, answers, a name, a question."""

from consent.forms.answering import AnswerForm, EndForm, HowForm, WordsForm
from consent.forms.asking import NEW, AskForm, asked_before, today
from consent.forms.links import DeliveryForm, PinForm, SecretForm
from consent.forms.signing import (
    AnswersForm,
    DeclineForm,
    QuestionForm,
    ReadForm,
    SignForm,
    WitnessForm,
)

__all__ = [
    "NEW",
    "AnswerForm",
    "AnswersForm",
    "AskForm",
    "DeclineForm",
    "DeliveryForm",
    "EndForm",
    "HowForm",
    "PinForm",
    "QuestionForm",
    "ReadForm",
    "SecretForm",
    "SignForm",
    "WitnessForm",
    "WordsForm",
    "asked_before",
    "today",
]
