"""Who gets what from each address: one line for each address, method and thing it is about.

Everything is about Ana, in a case of her own with Dana, unless the name says more after a "+".
A number is the status; `in` leads to the sign-in, `up` to the second factor, `->` elsewhere.
A method that is not listed for an address is answered with 405 (or with the sign-in).
"""

from __future__ import annotations

from typing import Final

PERSONAS: Final = {
    "none": "nobody who is signed in",
    "ownr": "Dana, the counsellor whose case it is",
    "coll": "Sam, a counsellor with cases of his own",
    "trai": "Tess, a trainee with a case of her own",
    "supv": "Vera, who supervises Dana and Tess",
    "priv": "Priya, the privacy officer",
    "desk": "Fred at the front desk",
    "admn": "Ada, the administrator",
    "clnt": "Ana, in her own space",
    "part": "Ben, who is in another case with Ana",
    "othr": "Mara, who has nothing to do with Ana",
    "link": "who opened the link to one of Ana's forms with its PIN",
    "rcpt": "Ana's doctor, who reads through a link what was shared with him",
    "outs": "Otto, who reviews accesses from outside and sees references only",
}
# a recipient gets what nobody who is signed in gets, everywhere but here
OF_RECIPIENT: Final = {
    ("consent:share-read", "GET"): "200",
    ("consent:share-finish", "POST"): "->",
}
# an outside reviewer gets what all staff get alike, and otherwise nothing but here
_OUTSIDE: Final = """
review                       GET   200
review-finding               GET   200
review-finding               POST  400
review-finish                GET   200
review-finish                POST  200
reviews                      GET   200
asked                        GET   404
asked                        POST  404
log                          GET   200
log                          POST  400
trail                        GET   200
trail-picture                GET   200
trail-touched                GET   200
trail-file                   GET   200
trail-file                   POST  422
trail-touched-file           GET    ->
trail-touched-file           POST   ->
opening-question             GET   200
opening-question             POST  200
opening-question+answered    GET   200
clients:emergencies          GET   200
clients:emergency-review     GET   200
clients:emergency-review     POST  200
clients:acceptance           POST  404
records:unfinished           GET   200
accounts:sitting             POST  404
"""
OF_OUTSIDE: Final = {
    (name, method): word for name, method, word in map(str.split, _OUTSIDE.split("\n")[1:-1])
}

# what an address is about, where it is not what it is about everywhere else
ABOUT: Final[dict[str, dict[str, str]]] = {
    "accounts:invitation": {"token": "invitation"},
    "accounts:link": {"token": "entry_link"},
    "accounts:link+reset": {"token": "reset_link"},
    "accounts:person+self": {"person_id": "world.ada.id"},
    "accounts:sitting": {"session_id": "sitting"},
    "client+hidden": {"client_id": "world.jon"},
    "opening-question": {"question_id": "access_question"},
    "own-question": {"question_id": "access_question"},
    "own-question+answered": {"question_id": "access_answered"},
    "opening-question+answered": {"question_id": "access_answered"},
    "own-question-new": {"event_id": "opening"},
    "asked": {"finding_id": "asked_finding"},
    "clients:acceptance": {"assignment_id": "offer"},
    "clients:case+couple": {"case_id": "world.couple_case"},
    "clients:decline": {"assignment_id": "offer"},
    "clients:let-in": {"client_id": "sealed_client"},
    "clients:let-in-end": {"row_id": "let_in_row"},
    "clients:own-shut-out-end": {"row_id": "shut_out_row"},
    "clients:seal+sealed": {"client_id": "sealed_client"},
    "clients:seal-end": {"client_id": "sealed_client"},
    "clients:shut-out-end": {"row_id": "shut_out_row"},
    "clients:emergency-word": {"access_id": "wordless_access"},
    "consent:document+went": {"document_id": "shared_document"},
    "consent:document-file+went": {"document_id": "shared_document"},
    "consent:accounting-request": {"request_id": "accounting_asked"},
    "consent:given-file": {"given_id": "accounting_given"},
    "consent:own-given-file": {"given_id": "accounting_given"},
    "consent:suspension": {"suspension_id": "suspension"},
    "consent:form-approval": {"draft_id": "waiting_draft"},
    "consent:disclosure+ended": {"disclosure_id": "ended_disclosure"},
    "consent:disclosure+link": {"disclosure_id": "linked_disclosure"},
    "records:share-look+sent": {"share_id": "sent_share"},
    "consent:disclosure+why": {"disclosure_id": "sent_disclosure"},
    "consent:disclosure+untold": {"disclosure_id": "untold"},
    "records:prepared": {"disclosure_id": "sent_disclosure"},
    "consent:disclosure-file": {"disclosure_id": "locked_disclosure"},
    "consent:hold+asked": {"hold_id": "hold_to_end"},
    "consent:subpoena-paper": {"paper_id": "subpoena_paper"},
    "consent:own-ending": {"consent_id": "ending"},
    "consent:own-copy+signed": {"request_id": "signed_request"},
    "consent:own-document-file+went": {"document_id": "shared_document"},
    "consent:own-done+signed": {"request_id": "signed_request"},
    "consent:own-request+draft": {"request_id": "draft_request"},
    "consent:share": {"token": "share_token"},
    "consent:share-link": {"disclosure_id": "linked_disclosure"},
    "consent:share-link-end": {"disclosure_id": "linked_disclosure"},
    "consent:tell-ended": {"disclosure_id": "linked_disclosure"},
    "consent:sign-back": {"request_id": "draft_request"},
    "consent:sign-copy+signed": {"request_id": "signed_request"},
    "consent:sign-room": {"request_id": "draft_request"},
    "consent:sign-short+another": {"request_id": "own_request"},
    "consent:guarded-withdrawal": {"consent_id": "guarded_consent"},
    "consent:witness": {"request_id": "witness_request"},
    "records:share-release": {"share_id": "asked_for_share"},
    "records:telling": {"disclosure_id": "untold"},
    "records:own-note": {"note_id": "open_note"},
    "records:not-right": {"note_id": "open_note"},
    "records:amendment-named": {"amendment_id": "corrected"},
    "records:amendment-other": {"amendment_id": "corrected", "other_id": "named_other"},
    "records:amendment+corrected": {"amendment_id": "corrected"},
    "records:own-amendment+corrected": {"amendment_id": "corrected"},
    "records:own-amendment-named": {"amendment_id": "corrected"},
    "records:reply": {"amendment_id": "disputed_amendment"},
    "records:statement": {"amendment_id": "refused_amendment"},
    "records:co-leaders": {"session_id": "couple_session"},
    "records:restriction+refused": {"restriction_id": "refused_restriction"},
    "records:restriction+ended": {"restriction_id": "ended_restriction"},
    "records:draft+couple": {"session_id": "couple_session"},
    "records:draft+signed": {"session_id": "noted_session"},
    "records:member-note": {"note_id": "couple_note"},
    "records:note+couple": {"note_id": "couple_note"},
    "records:review": {"note_id": "waiting_note"},
    "records:review+returned": {"note_id": "returned_note"},
    "records:co-signature": {"note_id": "waiting_note"},
    "records:return": {"note_id": "waiting_note"},
    "records:comments": {"note_id": "returned_note"},
}

# fmt: off
TABLE: Final = """
#                                 none ownr coll trai supv priv desk admn clnt part othr link
# the project
home                         GET    in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
healthz                      GET   200  200  200  200  200  200  200  200  200  200  200  200
readyz                       GET   503  503  503  503  503  503  503  503  503  503  503  503
quick-exit                   GET   200  200  200  200  200  200  200  200  200  200  200  200
quick-exit                   POST   303  303  303  303  303  303  303  303  303  303  303  303
language                     POST   400  400  400  400  400  400  400  400  400  400  400  400
today                        GET    in  200  200  200  200  200  200  200  403  403  403   in
client                       GET    in  200  404  404  200  200  200  403  403  403  403   in
client+hidden                GET    in  404  200  404  404  200  200  403  403  403  403   in
space                        GET    in  403  403  403  403  403  403  403  200  200  200   in
accesses                     GET    in  403  403  403  403  403  403  403  200  200  200   in
accesses-wish                POST   in  403  403  403  403  403  403  403   ->   ->   ->   in
own-question-new             GET    in  403  403  403  403  403  403  403  200  404  404   in
own-question-new             POST   in  403  403  403  403  403  403  403  200  404  404   in
own-question                 GET    in  403  403  403  403  403  403  403  200  404  404   in
opening-question             GET    in  403  403  403  200  200  403  403  403  403  403   in
opening-question             POST   in  403  403  403  200  200  403  403  403  403  403   in
own-question+answered        GET    in  403  403  403  403  403  403  403  200  404  404   in
opening-question+answered    GET    in  403  403  403  404  200  403  403  403  403  403   in
client-accesses              GET    in  200  404  404  403  200  403  403  403  403  403   in
client-accesses-file         POST   in  200  404  404  403  200  403  403  403  403  403   in
care                         GET    in  403  403  403  403  403  403  403  200  200  200   in
log                          GET    in  200  200  200  200  200  200  200  403  403  403   in
log                          POST   in  403  403  403  403  400  403  400  403  403  403   in
trail                        GET    in  403  403  403  200  200  403  403  403  403  403   in
trail-name                   POST   in  403  403  403  404  404  403  403  403  403  403   in
trail-picture                GET    in  403  403  403  200  200  403  403  403  403  403   in
trail-touched                GET    in  403  403  403  200  200  403  403  403  403  403   in
review                       GET    in  403  403  403  200  200  403  403  403  403  403   in
review-finding               GET    in  403  403  403  200  200  403  403  403  403  403   in
review-finding               POST   in  403  403  403  400  400  403  403  403  403  403   in
review-finish                GET    in  403  403  403  200  200  403  403  403  403  403   in
review-finish                POST   in  403  403  403  200  200  403  403  403  403  403   in
reviews                      GET    in  403  403  403  200  200  403  403  403  403  403   in
asked                        GET    in  200  404  404  404  404  404  404  404  404  404   in
asked                        POST   in  422  404  404  404  404  404  404  404  404  404   in
trail-file                   GET    in  403  403  403  200  200  403  403  403  403  403   in
trail-file                   POST   in  403  403  403  422  422  403  403  403  403  403   in
trail-touched-file           GET    in  403  403  403   ->   ->  403  403  403  403  403   in
trail-touched-file           POST   in  403  403  403   ->   ->  403  403  403  403  403   in

# accounts
accounts:sign-in             GET   200   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->  200
accounts:sign-in             POST  200   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->  200
accounts:factor              GET    in   in   in   in   in   in   in   in   in   in   in   in
accounts:factor              POST   in   in   in   in   in   in   in   in   in   in   in   in
accounts:recovery            GET   200   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->  200
accounts:recovery            POST  200   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->  200
accounts:wake                GET    in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
accounts:wake                POST   in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
accounts:enrolment           GET    in  403  403  403  403  403  403  403  403  403  403   in
accounts:enrolment           POST   in  403  403  403  403  403  403  403  403  403  403   in
accounts:sign-out            POST   in   in   in   in   in   in   in   in   in   in   in   in
accounts:invitation          GET   200  200  200  200  200  200  200  200  200  200  200  200
accounts:invitation          POST  200  200  200  200  200  200  200  200  200  200  200  200
accounts:link-new            GET   200   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->  200
accounts:link-new            POST  200   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->  200
accounts:link-sent           GET   200  200  200  200  200  200  200  200  200  200  200  200
accounts:forgotten           GET   200   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->  200
accounts:forgotten           POST  200   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->  200
accounts:link                GET   200   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->  200
accounts:link                POST  200   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->  200
accounts:link+reset          GET   200   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->  200
accounts:second              GET    in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
accounts:second              POST   in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
accounts:step-up             GET    in  200  200  200  200  200  200  200  200  200  200   in
accounts:step-up             POST   in  200  200  200  200  200  200  200  200  200  200   in
accounts:account             GET    in  200  200  200  200  200  200  200  200  200  200   in
accounts:password            GET    in  200  200  200  200  200  200  200  200  200  200   in
accounts:password            POST   in  200  200  200  200  200  200  200  200  200  200   in
accounts:authenticator       GET    in  200  200  200  200  200  200  200  200  200  200   in
accounts:authenticator       POST   in  200  200  200  200  200  200  200  200  200  200   in
accounts:recovery-codes      GET    in  200  200  200  200  200  200  200  200  200  200   in
accounts:recovery-codes      POST   in  200  200  200  200  200  200  200   ->   ->   ->   in
accounts:recovery-codes-file POST   in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
accounts:sitting             POST   in   ->  404  404  404  404  404  404  404  404  404   in
accounts:stay                POST   in  204  204  204  204  204  204  204  204  204  204   in
accounts:sleep               POST   in  204  204  204  204  204  204  204  204  204  204   in
accounts:shortcuts           POST   in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   in
accounts:home                GET    in  200  200  200  200  200  200  200  403  403  403   in
accounts:home                POST   in   ->   ->   ->   ->   ->   ->   ->  403  403  403   in
accounts:staff               GET    in  403  403  403  403  200  403  200  403  403  403   in
accounts:staff-new           GET    in  403  403  403  403  403  403  200  403  403  403   in
accounts:staff-new           POST   in  403  403  403  403  403  403  200  403  403  403   in
accounts:practice            GET    in  403  403  403  403  403  403  200  403  403  403   in
accounts:practice            POST   in  403  403  403  403  403  403  200  403  403  403   in
accounts:person              GET    in  403  403  403  403  200  403  200  403  403  403   in
accounts:person              POST   in  403  403  403  403  404  403  404  403  403  403   in
accounts:person+self         GET    in  403  403  403  403  200  403  200  403  403  403   in
accounts:alias               GET    in  403  403  200  403  200  403  200  403  403  403   in
accounts:alias               POST   in  403  403  422  403  422  403  422  403  403  403   in
accounts:reset               GET    in  403  403  403  403  200  403  200  403  403  403   in
accounts:reset               POST   in  403  403  403  403   ->  403  403  403  403  403   in

# clients
clients:caseload             GET    in  200  200  200  200  200  200  403  403  403  403   in
clients:found                GET    in   ->   ->   ->   ->   ->   ->  403  403  403  403   in
clients:found                POST   in   ->   ->   ->   ->   ->   ->  403  403  403  403   in
clients:intake               GET    in  200  200  403  403  403  200  403  403  403  403   in
clients:intake               POST   in  200  200  403  403  403  200  403  403  403  403   in
clients:identity             GET    in  200  404  404  403  403  200  403  403  403  403   in
clients:identity             POST   in  200  404  404  403  403  200  403  403  403  403   in
clients:card                 GET    in  200  404  404  403  403  200  403  403  403  403   in
clients:card                 POST   in   200  404  404  403  403   200  403  403  403  403   in
clients:portal               GET    in  200  404  404  403  403  200  403  403  403  403   in
clients:portal               POST   in  200  404  404  403  403  200  403  403  403  403   in
clients:news                 POST   in   ->  404  404  403  403   ->  403  403  403  403   in
clients:shut-out             GET    in  200  404  404  403  200  200  403  403  403  403   in
clients:shut-out             POST   in  200  404  404  403  200  200  403  403  403  403   in
clients:shut-out-end         GET    in  200  404  404  403  200  404  403  403  403  403   in
clients:shut-out-end         POST   in   ->  404  404  403   ->  404  403  403  403  403   in
clients:seal                 GET    in  200  404  403  403  200  200  403  403  403  403   in
clients:seal                 POST   in  200  404  403  403  200  200  403  403  403  403   in
clients:seal+sealed          GET    in  200  404  403  403  404  404  403  403  403  403   in
clients:seal-end             GET    in  200  404  403  403  404  404  403  403  403  403   in
clients:seal-end             POST   in   ->  404  403  403  404  404  403  403  403  403   in
clients:let-in               POST   in  200  404  403  403  404  404  403  403  403  403   in
clients:let-in-end           POST   in   ->  404  403  403  404  404  403  403  403  403   in
clients:own-shut-out         GET    in  403  403  403  403  403  403  403  200  200  200   in
clients:own-shut-out         POST   in  403  403  403  403  403  403  403  200  200  200   in
clients:own-shut-out-end     POST   in  403  403  403  403  403  403  403   ->  404  404   in
clients:own-card             GET    in  403  403  403  403  403  403  403  200  200  200   in
clients:own-card             POST   in  403  403  403  403  403  403  403  200  200  200   in
clients:own-offline          GET    in  403  403  403  403  403  403  403  200  200  200   in
clients:own-offline          POST   in  403  403  403  403  403  403  403  200  200  200   in
clients:deciding             GET    in  200  404  404  200  200  200  403  403  403  403   in
clients:decision-new         GET    in  200  404  403  403  403  403  403  403  403  403   in
clients:decision-new         POST   in  200  404  403  403  403  403  403  403  403  403   in
clients:guardian-new         GET    in  200  404  404  403  403  200  403  403  403  403   in
clients:guardian-new         POST   in  200  404  404  403  403  200  403  403  403  403   in
clients:guardian             GET    in  200  404  404  403  403  200  403  403  403  403   in
clients:guardian             POST   in  200  404  404  403  403  200  403  403  403  403   in
clients:guardian-end         GET    in  200  404  404  403  403  200  403  403  403  403   in
clients:guardian-end         POST   in   ->  404  404  403  403   ->  403  403  403  403   in
clients:guardian-sign-in     GET    in  200  404  404  403  403  200  403  403  403  403   in
clients:guardian-sign-in     POST   in  200  404  404  403  403  200  403  403  403  403   in
clients:case-new             GET    in  200  404  404  403  403  200  403  403  403  403   in
clients:case-new             POST   in  200  404  404  403  403  200  403  403  403  403   in
clients:case                 GET    in  200  404  404  200  200  200  403  403  403  403   in
clients:case+couple          GET    in  200  404  404  200  200  200  403  403  403  403   in
clients:case-state           GET    in  200  404  404  403  403  200  403  403  403  403   in
clients:case-state           POST   in  200  404  404  403  403  200  403  403  403  403   in
clients:member-new           GET    in  200  404  404  403  403  200  403  403  403  403   in
clients:member-new           POST   in  200  404  404  403  403  200  403  403  403  403   in
clients:member-end           GET    in  200  404  404  403  403  200  403  403  403  403   in
clients:member-end           POST   in   ->  404  404  403  403   ->  403  403  403  403   in
clients:assignment-new       GET    in  200  404  403  403  403  200  403  403  403  403   in
clients:assignment-new       POST   in  200  404  403  403  403  200  403  403  403  403   in
clients:acceptance           POST   in   ->  404  404  403  403  403  404  404  404  404   in
clients:decline              POST   in   ->  404  404  403  403  403  403  403  403  403   in
clients:assignment-end       GET    in  200  404  404  403  403  200  403  403  403  403   in
clients:assignment-end       POST   in   ->  404  404  403  403   ->  403  403  403  403   in

# consent
consent:request-new          GET    in  200  404  404  403  403  403  403  403  403  403   in
consent:request-new          POST   in  200  404  404  403  403  403  403  403  403  403   in
consent:consents             GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:gone-through         POST   in   ->  404  404  403  403  403  403  403  403  403   in
consent:stop-seen-to         POST   in   ->  404  404  403  403  403  403  403  403  403   in
consent:words                GET    in  200  404  404  403  403  403  403  403  403  403   in
consent:words                POST   in  200  404  404  403  403  403  403  403  403  403   in
consent:research             GET    in  403  403  403  403  200  403  403  403  403  403   in
consent:research-counts      GET    in  403  403  403  403  200  403  403  403  403  403   in
consent:request              GET    in  200  404  404  200  200  200  403  403  403  403   in
consent:request              POST   in  200  404  404  403  403  200  403  403  403  403   in
consent:hand-over            POST   in   ->  404  404  403  403  403  403  403  403  403   in
consent:device               GET    ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->
consent:request-end          GET    in  200  404  404  403  403  200  403  403  403  403   in
consent:request-end          POST   in  400  404  404  403  403  400  403  403  403  403   in
consent:witness              GET    in  200  404  404  403  403  403  403  403  403  403   in
consent:witness              POST   in  400  404  404  403  403  403  403  403  403  403   in
consent:sign-room            GET   404  403  403  403  403  403  403  403  404  404  404  404
consent:sign-room            POST  404  403  403  403  403  403  403  403  404  404  404  404
consent:sign-back            POST  404  403  403  403  403  403  403  403  404  404  404  404
consent:question             POST   in   ->  404  404  403  403  403  403  403  403  403   in
consent:withdrawal           GET    in  200  404  404  403  403  403  403  403  403  403   in
consent:withdrawal           POST   in  200  404  404  403  403  403  403  403  403  403   in
consent:document             GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:document-file        GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:document+went        GET    in  200  404  404  200  404  403  403  403  403  403   in
consent:document-file+went   GET    in  200  404  404  200  404  403  403  403  403  403   in
consent:disclosure           GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:disclosure+link      GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:disclosure+why       GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:disclosure+untold    GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:disclosure+ended     GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:disclosure-file      GET    in  200  404  403  200  200  403  403  403  403  403   in
consent:disclosure-file      POST   in  200  404  403  200  200  403  403  403  403  403   in
consent:subpoenas            GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:subpoena-new         GET    in  200  404  404  403  200  403  403  403  403  403   in
consent:subpoena-new         POST   in  200  404  404  403  200  403  403  403  403  403   in
consent:subpoena             GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:subpoena             POST   in  400  404  404  400  400  403  403  403  403  403   in
consent:subpoena-paper       GET    in  200  404  404  403  200  403  403  403  403  403   in
consent:hold-new             GET    in  200  404  404  403  200  403  403  403  403  403   in
consent:hold-new             POST   in  200  404  404  403  200  403  403  403  403  403   in
consent:hold                 GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:hold                 POST   in  400  404  404  400  400  403  403  403  403  403   in
consent:hold+asked           GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:accounting           GET    in  200  404  404  403  200  403  403  403  403  403   in
consent:accounting-file      POST   in  400  404  404  403  400  403  403  403  403  403   in
consent:accounting-new       GET    in  200  404  404  403  200  403  403  403  403  403   in
consent:accounting-new       POST   in  200  404  404  403  200  403  403  403  403  403   in
consent:accounting-request   GET    in  200  404  404  403  200  403  403  403  403  403   in
consent:accounting-request   POST   in  400  404  404  403  400  403  403  403  403  403   in
consent:suspension-new       GET    in  403  403  403  200  200  403  403  403  403  403   in
consent:suspension-new       POST   in  403  403  403  200  200  403  403  403  403  403   in
consent:given-file           GET    in  200  404  404  403  200  403  403  403  403  403   in
consent:suspension           GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:own-given-file       GET    in  403  403  403  403  403  403  403  200  404  404   in
consent:own-accounting-file  POST   in  403  403  403  403  403  403  403  400  400  400   in
consent:verify               GET   200  200  200  200  200  200  200  200  200  200  200  200
consent:verify               POST  400  400  400  400  400  400  400  400  400  400  400  400
consent:link                 GET   200  409  409  409  409  409  409  409  409  409  409  200
consent:link                 POST  200  409  409  409  409  409  409  409  409  409  409  200
consent:share                GET   200  409  409  409  409  409  409  409  409  409  409  200
consent:share                POST  200  409  409  409  409  409  409  409  409  409  409  200
consent:share-read           GET  404  403  403  403  403  403  403  403  403  403  403  404
consent:share-finished       GET  200   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->  200
consent:share-finish         POST  404  403  403  403  403  403  403  403  403  403  403  404
consent:share-link           GET    in  200  404  403  200  200  403  403  403  403  403   in
consent:share-link           POST   in  200  404  403  200  200  403  403  403  403  403   in
consent:share-link-end       POST   in   ->  404  404   ->   ->  403  403  403  403  403   in
consent:tell-ended           POST   in   ->  404  404  403  403  403  403  403  403  403   in
consent:sign-online          GET   404  403  403  403  403  403  403  403  200  404  404  200
consent:sign-online          POST  404  403  403  403  403  403  403  403   ->  404  404   ->
consent:sign-short           GET   404  403  403  403  403  403  403  403  200  404  404  200
consent:sign-short           POST  404  403  403  403  403  403  403  403  200  404  404  200
consent:sign-text            GET   404  403  403  403  403  403  403  403  200  404  404  200
consent:sign-text            POST  404  403  403  403  403  403  403  403  200  404  404  200
consent:sign-signature       GET   404  403  403  403  403  403  403  403   ->  404  404   ->
consent:sign-signature       POST  404  403  403  403  403  403  403  403  200  404  404  200
consent:sign-question        GET   404  403  403  403  403  403  403  403  200  404  404  200
consent:sign-question        POST  404  403  403  403  403  403  403  403  200  404  404  200
consent:sign-decline         GET   404  403  403  403  403  403  403  403  200  404  404  200
consent:sign-decline         POST  404  403  403  403  403  403  403  403   ->  404  404  200
consent:sign-later           GET   404  403  403  403  403  403  403  403  200  404  404  200
consent:sign-done            GET   404  403  403  403  403  403  403  403   ->  404  404   ->
consent:sign-presence        POST  404  403  403  403  403  403  403  403  204  404  404  204
consent:sign-copy            GET   404  403  403  403  403  403  403  403  404  404  404  404
consent:sign-short+another   GET   404  403  403  403  403  403  403  403  200  404  404  404
consent:sign-copy+signed     GET   404  403  403  403  403  403  403  403  200  404  404  404
consent:guarded              GET    in  403  403  403  403  403  403  403  403  403  403   in
consent:guarded-withdrawal   GET    in  403  403  403  403  403  403  403  403  403  403   in
consent:guarded-withdrawal   POST   in  403  403  403  403  403  403  403  403  403  403   in
consent:guarded-document-file GET   in  403  403  403  403  403  403  403  403  403  403   in
consent:forms                GET    in  200  200  200  200  200  403  200  403  403  403   in
consent:form-new             GET    in  403  403  403  403  403  403  200  403  403  403   in
consent:form-new             POST   in  403  403  403  403  403  403  200  403  403  403   in
consent:form                 GET    in  200  200  200  200  200  403  200  403  403  403   in
consent:form                 POST   in  403  403  403  403  403  403   ->  403  403  403   in
consent:form-comparison      GET    in  200  200  200  200  200  403  200  403  403  403   in
consent:form-version         GET    in  200  200  200  200  200  403  200  403  403  403   in
consent:form-version-preview GET    in  200  200  200  200  200  403  200  403  403  403   in
consent:form-version-preview POST   in   ->   ->   ->   ->   ->  403   ->  403  403  403   in
consent:form-draft           GET    in  403  403  403  403  403  403  200  403  403  403   in
consent:form-draft           POST   in  403  403  403  403  403  403   ->  403  403  403   in
consent:form-text            GET    in  403  403  403  403  403  403  200  403  403  403   in
consent:form-text            POST   in  403  403  403  403  403  403  200  403  403  403   in
consent:form-short           GET    in  403  403  403  403  403  403  200  403  403  403   in
consent:form-short           POST   in  403  403  403  403  403  403  200  403  403  403   in
consent:form-details         GET    in  403  403  403  403  403  403  200  403  403  403   in
consent:form-details         POST   in  403  403  403  403  403  403  200  403  403  403   in
consent:form-passages        GET    in  403  403  403  403  403  403  200  403  403  403   in
consent:form-passages        POST   in  403  403  403  403  403  403  200  403  403  403   in
consent:form-clause          GET    in  403  403  403  403  403  403  200  403  403  403   in
consent:form-clause          POST   in  403  403  403  403  403  403  200  403  403  403   in
consent:form-preview         GET    in  200  200  200  200  200  403  200  403  403  403   in
consent:form-preview         POST   in   ->   ->   ->   ->   ->  403   ->  403  403  403   in
consent:form-approval        GET    in  403  403  403  200  200  403  200  403  403  403   in
consent:form-approval        POST   in  403  403  403  200  200  403  200  403  403  403   in
consent:again                GET    in  200  200  200  403  403  403  403  403  403  403   in
consent:again                POST   in  200  200  200  403  403  403  403  403  403  403   in
consent:again-batch          GET    in  200  404  404  403  403  403  403  403  403  403   in
consent:privacy              GET    in  403  403  403  403  403  403  403  200  200  200   in
consent:privacy              POST   in  403  403  403  403  403  403  403   ->   ->   ->   in
consent:own-requests         GET    in  403  403  403  403  403  403  403  200  200  200   in
consent:own-request          GET    in  403  403  403  403  403  403  403  200  404  404   in
consent:own-request          POST   in  403  403  403  403  403  403  403   ->  404  404   in
consent:own-request+draft    GET    in  403  403  403  403  403  403  403  404  404  404   in
consent:own-request+draft    POST   in  403  403  403  403  403  403  403  404  404  404   in
consent:own-online           GET    in  403  403  403  403  403  403  403  200  404  404   in
consent:own-online           POST   in  403  403  403  403  403  403  403   ->  404  404   in
consent:own-short            GET    in  403  403  403  403  403  403  403  200  404  404   in
consent:own-short            POST   in  403  403  403  403  403  403  403  200  404  404   in
consent:own-text             GET    in  403  403  403  403  403  403  403  200  404  404   in
consent:own-text             POST   in  403  403  403  403  403  403  403  200  404  404   in
consent:own-signature        GET    in  403  403  403  403  403  403  403   ->  404  404   in
consent:own-signature        POST   in  403  403  403  403  403  403  403  200  404  404   in
consent:own-question         GET    in  403  403  403  403  403  403  403  200  404  404   in
consent:own-question         POST   in  403  403  403  403  403  403  403  200  404  404   in
consent:own-decline          GET    in  403  403  403  403  403  403  403  200  404  404   in
consent:own-decline          POST   in  403  403  403  403  403  403  403   ->  404  404   in
consent:own-later            GET    in  403  403  403  403  403  403  403  200  404  404   in
consent:own-done             GET    in  403  403  403  403  403  403  403   ->  404  404   in
consent:own-copy             GET    in  403  403  403  403  403  403  403  404  404  404   in
consent:own-done+signed      GET    in  403  403  403  403  403  403  403  200  404  404   in
consent:own-copy+signed      GET    in  403  403  403  403  403  403  403  200  404  404   in
consent:permissions          GET    in  403  403  403  403  403  403  403  200  200  200   in
consent:everything           GET    in  403  403  403  403  403  403  403  200  200  200   in
consent:everything           POST   in  403  403  403  403  403  403  403   ->   ->   ->   in
consent:own-withdrawal       GET    in  403  403  403  403  403  403  403  200  404  404   in
consent:own-withdrawal       POST   in  403  403  403  403  403  403  403   ->  404  404   in
consent:own-ending           GET    in  403  403  403  403  403  403  403  200  404  404   in
consent:own-ending           POST   in  403  403  403  403  403  403  403  400  404  404   in
consent:documents            GET    in  403  403  403  403  403  403  403  200  200  200   in
consent:own-document-file    GET    in  403  403  403  403  403  403  403  200  404  404   in
consent:own-document-file+went GET  in  403  403  403  403  403  403  403  200  404  404   in
consent:shared               GET    in  403  403  403  403  403  403  403  200  200  200   in

# records
records:session-new          GET    in  200  200  200  403  403  403  403  403  403  403   in
records:session-new          POST   in  200  200  200  403  403  403  403  403  403  403   in
records:session              GET    in  200  404  404  403  403  403  403  403  403  403   in
records:session              POST   in   ->  404  404  403  403  403  403  403  403  403   in
records:draft                GET    in  200  404  404  403  403  403  403  403  403  403   in
records:draft                POST   in  422  404  404  403  403  403  403  403  403  403   in
records:draft+signed         GET    in   ->  404  404  403  403  403  403  403  403  403   in
records:signature            GET    in  200  404  404  403  403  403  403  403  403  403   in
records:signature            POST   in   ->  404  404  403  403  403  403  403  403  403   in
records:note                 GET    in  200  404  404  200  403  403  403  403  403  403   in
records:note-print           GET    in  200  404  404  200  403  403  403  403  403  403   in
records:note-copy            GET    in  200  404  404  200  403  403  403  403  403  403   in
records:note-copy            POST   in  200  404  404  200  403  403  403  403  403  403   in
records:year                 GET    in  200  404  404  200  403  403  403  403  403  403   in
records:year-print           GET    in  200  404  404  200  403  403  403  403  403  403   in
records:year-copy            GET    in  200  404  404  200  403  403  403  403  403  403   in
records:year-copy            POST   in  200  404  404  200  403  403  403  403  403  403   in
records:unfinished           GET    in  403  403  403  200  200  403  403  403  403  403   in
records:addendum             GET    in  200  404  404  403  403  403  403  403  403  403   in
records:addendum             POST   in  200  404  404  403  403  403  403  403  403  403   in
records:search               GET    in  200  200  200  200  403  403  403  403  403  403   in
records:search               POST   in  422  422  422  422  403  403  403  403  403  403   in
records:share                GET    in  200  404  404  403  403  403  403  403  403  403   in
records:share                POST   in  200  404  404  403  403  403  403  403  403  403   in
records:share-what           GET    in  200  404  404  403  403  403  403  403  403  403   in
records:share-what           POST   in  200  404  404  403  403  403  403  403  403  403   in
records:share-letter         GET    in  200  404  404  403  403  403  403  403  403  403   in
records:share-letter         POST   in  422  404  404  403  403  403  403  403  403  403   in
records:share-look           GET    in  200  404  404  404  404  403  403  403  403  403   in
records:share-file           GET    in  200  404  404  404  404  403  403  403  403  403   in
records:share-look           POST   in  200  404  404  404  404  403  403  403  403  403   in
records:share-release        GET    in  403  403  403  200  200  403  403  403  403  403   in
records:share-release        POST   in  403  403  403   ->   ->  403  403  403  403  403   in
records:share-drop           POST   in   ->  404  404  403  403  403  403  403  403  403   in
records:share-look+sent       GET    in  200  404  404   ->  404  403  403  403  403  403   in
records:share-secret         POST   in  404  404  403  403  403  403  403  403  403  403   in
records:own-share            GET    in  403  403  403  403  403  403  403  200  404  404   in
records:own-share            POST   in  403  403  403  403  403  403  403  200  404  404   in

# records: what a client reads
records:readers              GET    in  200  404  404  403  403  403  403  403  403  403   in
records:readers              POST   in   ->  404  404  403  403  403  403  403  403  403   in
records:amendments           GET    in  200  200  200  403  200  403  403  403  403  403   in
records:amendment            GET    in  200  404  404  200  200  403  403  403  403  403   in
records:acceptance           GET    in  200  404  404  403  403  403  403  403  403  403   in
records:acceptance           POST   in  422  404  404  403  403  403  403  403  403  403   in
records:refusal              GET    in  200  404  404  403  200  403  403  403  403  403   in
records:refusal              POST   in  422  404  404  403  422  403  403  403  403  403   in
records:extension            GET    in  200  404  404  403  200  403  403  403  403  403   in
records:extension            POST   in  422  404  404  403  422  403  403  403  403  403   in
records:reply                GET    in  200  404  404  403  200  403  403  403  403  403   in
records:reply                POST   in  422  404  404  403  422  403  403  403  403  403   in
records:own-notes            GET    in  403  403  403  403  403  403  403  200  200  200   in
records:own-note             GET    in  403  403  403  403  403  403  403  200  404  404   in
records:not-right            GET    in  403  403  403  403  403  403  403  200  404  404   in
records:not-right            POST   in  403  403  403  403  403  403  403  422  404  404   in
records:amendment+corrected  GET    in  200  404  404  200  200  403  403  403  403  403   in
records:amendment-named      GET    in  200  404  404  403  200  403  403  403  403  403   in
records:amendment-named      POST   in  422  404  404  403  422  403  403  403  403  403   in
records:amendment-other      GET    in  200  404  404  403  200  403  403  403  403  403   in
records:amendment-other      POST   in  200  404  404  403  200  403  403  403  403  403   in
records:own-amendment+corrected GET in  403  403  403  403  403  403  403  200  404  404   in
records:own-amendment-named  GET    in  403  403  403  403  403  403  403  200  404  404   in
records:own-amendment-named  POST   in  403  403  403  403  403  403  403  422  404  404   in
records:own-amendment        GET    in  403  403  403  403  403  403  403  200  404  404   in
records:statement            GET    in  403  403  403  403  403  403  403  200  404  404   in
records:statement            POST   in  403  403  403  403  403  403  403  422  404  404   in

# records: several people
records:draft+couple         GET    in  200  404  404  403  403  403  403  403  403  403   in
records:note+couple          GET    in  200  404  404  200  403  403  403  403  403  403   in
records:member-note          GET    in  200  404  404  200  403  403  403  403  403  403   in
records:part-addendum        GET    in  200  404  404  403  403  403  403  403  403  403   in
records:part-addendum        POST   in  200  404  404  403  403  403  403  403  403  403   in
records:presence             GET    in  200  404  404  403  403  403  403  403  403  403   in
records:presence             POST   in  400  404  404  403  403  403  403  403  403  403   in
records:co-leaders           GET    in  200  404  404  403  403  403  403  403  403  403   in
records:co-leaders           POST   in  200  404  404  403  403  403  403  403  403  403   in

# records: safety
records:safety               GET    in  200  404  404  200  403  403  403  403  403  403   in
records:plan                 GET    in  200  404  404  200  403  403  403  403  403  403   in
records:plan-card            GET    in  200  404  404  200  403  403  403  403  403  403   in
records:plan-card-file       GET    in  200  404  404  200  403  403  403  403  403  403   in
records:plan-giving          POST   in   ->  404  404  403  403  403  403  403  403  403   in
records:plan-draft           GET    in  200  404  404  403  403  403  403  403  403  403   in
records:plan-draft           POST   in  422  404  404  403  403  403  403  403  403  403   in
records:danger-new           GET    in  200  404  404  403  403  403  403  403  403  403   in
records:danger-new           POST   in  200  404  404  403  403  403  403  403  403  403   in
records:danger               GET    in  200  404  404  200  403  403  403  403  403  403   in
records:danger-addition      GET    in  200  404  404  403  403  403  403  403  403  403   in
records:danger-addition      POST   in  200  404  404  403  403  403  403  403  403  403   in
records:own-plan             GET    in  403  403  403  403  403  403  403  200  200  200   in
records:own-plan-file        GET    in  403  403  403  403  403  403  403  200  404  404   in
records:own-dangers          GET    in  403  403  403  403  403  403  403  200  200  200   in

# records: what the law asks for; Ana does not know of it yet
records:basis-new            GET    in  200  404  403  403  403  403  403  403  403  403   in
records:basis-court-order    GET    in  200  404  403  403  403  403  403  403  403  403   in
records:basis-court-order    POST   in  422  404  403  403  403  403  403  403  403  403   in
records:basis-child-protection GET  in  200  404  403  403  403  403  403  403  403  403   in
records:basis-child-protection POST in  422  404  403  403  403  403  403  403  403  403   in
records:basis-statute        GET    in  200  404  403  403  403  403  403  403  403  403   in
records:basis-statute        POST   in  422  404  403  403  403  403  403  403  403  403   in
records:basis-dangers        GET    in  200  404  403  403  403  403  403  403  403  403   in
records:basis-danger         GET    in  200  404  403  403  403  403  403  403  403  403   in
records:basis-danger         POST   in  422  404  403  403  403  403  403  403  403  403   in
records:basis                GET    in  200  404  404  200  200  403  403  403  403  403   in
records:basis                POST   in  422  404  404  422  422  403  403  403  403  403   in
records:basis-paper          GET    in  200  404  404  200  200  403  403  403  403  403   in
records:prepared             GET    in  200  404  404  403  403  403  403  403  403  403   in
records:telling              GET    in  200  404  403  200  200  403  403  403  403  403   in
records:telling              POST   in  422  404  403  422  422  403  403  403  403  403   in

# consent: who may be told something, and what is kept back
consent:recipients           GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:recipients           POST   in  200  404  404  403  403  403  403  403  403  403   in
consent:recipient            GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:recipient            POST   in  200  404  404  403  403  403  403  403  403  403   in
consent:recipient-name       GET    in  200  404  404  403  403  403  403  403  403  403   in
consent:recipient-name       POST   in  200  404  404  403  403  403  403  403  403  403   in
consent:recipient-merge      GET    in  200  404  404  403  403  403  403  403  403  403   in
consent:recipient-merge      POST   in  200  404  404  403  403  403  403  403  403  403   in
consent:recipient-decision   GET    in  200  404  404  200  200  403  403  403  403  403   in
consent:recipient-decision   POST   in  200  404  404  200  200  403  403  403  403  403   in
consent:recipient-address    GET    in  200  404  404  403  403  403  403  403  403  403   in
consent:recipient-address    POST   in  200  404  404  403  403  403  403  403  403  403   in
records:restrictions         GET    in  200  404  404  200  200  403  403  403  403  403   in
records:restrictions         POST   in  200  404  404  403  200  403  403  403  403  403   in
records:restriction          GET    in  200  404  404  200  200  403  403  403  403  403   in
records:restriction          POST   in  200  404  404  403  200  403  403  403  403  403   in
records:restriction+refused  GET    in  200  404  404  200  200  403  403  403  403  403   in
records:restriction+ended    GET    in  200  404  404  200  200  403  403  403  403  403   in
records:kept-back            GET    in  403  403  403  403  403  403  403  200  200  200   in
records:kept-back            POST   in  403  403  403  403  403  403  403  200  200  200   in

# records: supervision
records:supervision          GET    in  200  200  200  200  403  403  403  403  403  403   in
records:review               GET    in  403  403  403  200  403  403  403  403  403  403   in
records:review+returned      GET    in  403  403  403  200  403  403  403  403  403  403   in
records:co-signature         POST   in  403  403  403   ->  403  403  403  403  403  403   in
records:return               POST   in  403  403  403  422  403  403  403  403  403  403   in
records:comments             GET    in  404  404  200  403  403  403  403  403  403  403   in
records:comments             POST   in  404  404  422  403  403  403  403  403  403  403   in
records:supervisee           GET    in  403  403  403  200  403  403  403  403  403  403   in
records:supervision-draft    GET    in  403  403  403  200  403  403  403  403  403  403   in
records:supervision-draft    POST   in  403  403  403  422  403  403  403  403  403  403   in
records:supervision-note     GET    in  404  404  200  200  403  403  403  403  403  403   in

# clients: cover and emergencies
clients:covers               GET    in  200  200  200  200  403  403  403  403  403  403   in
clients:cover-new            GET    in  200  200  403  200  403  403  403  403  403  403   in
clients:cover-new            POST   in  200  200  403  200  403  403  403  403  403  403   in
clients:cover-end            POST   in   ->   ->  404   ->  403  403  403  403  403  403   in
planned                      GET    in  200  200  200  200  200  200  403  403  403  403   in
planned                      POST   in  200  200  200  200  200  200  403  403  403  403   in
planned-end                  POST   in   ->  404  404  404  404  404  403  403  403  403   in
clients:emergency-new        GET    in  200  200  403  200  200  403  403  403  403  403   in
clients:emergency-new        POST   in  200  200  403  200  200  403  403  403  403  403   in
clients:emergency-word       GET    in  404  200  403  404  404  403  403  403  403  403   in
clients:emergency-word       POST   in  404  200  403  404  404  403  403  403  403  403   in
clients:emergency-end        POST   in  404   ->  403  404  404  403  403  403  403  403   in
clients:emergencies          GET    in  200  200  403  200  200  403  403  403  403  403   in
clients:emergency-review     GET    in  200  200  404  200  200  404  403  403  403  403   in
clients:emergency-review     POST   in  200  200  404  200  200  404  403  403  403  403   in
records:emergency            GET    in  404  200  403  404  404  403  403  403  403  403   in
records:emergency-note       GET    in  404  200  403  404  404  403  403  403  403  403   in
"""
# fmt: on


def _of_all_staff(cells: list[str]) -> str:
    """Give what all who work here get alike, else a refusal."""
    alike = set(cells[1:8])
    return alike.pop() if len(alike) == 1 else "403"


def _rows() -> dict[tuple[str, str], dict[str, str]]:
    rows = {}
    for line in TABLE.splitlines():
        words = line.split()
        if not words or words[0] == "#":
            continue
        name, method, *cells = words
        of_recipient = OF_RECIPIENT.get((name, method), cells[0])
        of_outside = OF_OUTSIDE.get((name, method)) or _of_all_staff(cells)
        rows[name, method] = dict(zip(PERSONAS, [*cells, of_recipient, of_outside], strict=True))
    return rows


ROWS: Final = _rows()
