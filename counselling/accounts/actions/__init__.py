"""The use cases of signing in and of looking after staff, each in the file of its subject."""

from counselling.accounts.actions.alerts import alert_privacy_officers, write_to_colleagues
from counselling.accounts.actions.aliases import (
    agree_alias,
    ask_alias,
    end_alias,
    read_alias,
)
from counselling.accounts.actions.by_link import (
    ask_link,
    give_up_link,
    give_word,
    make_link,
    set_forgotten_password,
)
from counselling.accounts.actions.closing import close_client_account, reopen_client_account
from counselling.accounts.actions.entry import (
    begin_enrolment,
    confirm_enrolment,
    give_code,
    give_password,
    give_recovery_code,
)
from counselling.accounts.actions.factors import (
    are_codes_of,
    begin_new_device,
    confirm_new_device,
    make_codes,
)
from counselling.accounts.actions.invitations import (
    accept_invitation,
    create_client_account,
    create_first_administrator,
    create_staff,
    invite_again,
    invite_client_again,
)
from counselling.accounts.actions.own import change_password, choose_shortcuts, keep_home
from counselling.accounts.actions.parking import park
from counselling.accounts.actions.second import give_second
from counselling.accounts.actions.sittings import (
    end_session,
    end_sessions_of,
    hold_limits,
    sign_out,
    step_up,
)
from counselling.accounts.actions.sleeping import fall_asleep, wake
from counselling.accounts.actions.staff import (
    ask_reset,
    confirm_reset,
    deactivate,
    describe_practice,
    end_role,
    give_role,
    reactivate,
)
from counselling.accounts.actions.supervision import end_supervision, supervise
from counselling.accounts.actions.words import agree_word

__all__ = [
    "accept_invitation",
    "agree_alias",
    "agree_word",
    "alert_privacy_officers",
    "are_codes_of",
    "ask_alias",
    "ask_link",
    "ask_reset",
    "begin_enrolment",
    "begin_new_device",
    "change_password",
    "choose_shortcuts",
    "close_client_account",
    "confirm_enrolment",
    "confirm_new_device",
    "confirm_reset",
    "create_client_account",
    "create_first_administrator",
    "create_staff",
    "deactivate",
    "describe_practice",
    "end_alias",
    "end_role",
    "end_session",
    "end_sessions_of",
    "end_supervision",
    "fall_asleep",
    "give_code",
    "give_password",
    "give_recovery_code",
    "give_role",
    "give_second",
    "give_up_link",
    "give_word",
    "hold_limits",
    "invite_again",
    "invite_client_again",
    "keep_home",
    "make_codes",
    "make_link",
    "park",
    "reactivate",
    "read_alias",
    "reopen_client_account",
    "set_forgotten_password",
    "sign_out",
    "step_up",
    "supervise",
    "wake",
    "write_to_colleagues",
]
