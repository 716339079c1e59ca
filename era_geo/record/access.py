"""Who may do what: one table of rules, and nothing that it does not allow.

A person needs one of a rule's roles, an agency that stands to the record as the rule says, and a record in one of the rule's
states. A landlord's account sees the redacted view of whatever it may see, and may nothing for which one must see the whole record.

The lead agency is a responsible authority. Until a record names one, the agency that started the record leads.

An account of this computer whose agency nobody has named works alone on its own file: it counts as every agency that a record
names, but for restricted places, which belong to one agency. The signature says that nobody checked who it was. In a store that
several computers share (`Standing.shared`) it counts as none, and only who signed in reads restricted places there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from era_geo.accounts import RESPONSIBLE, Account, Agency, Role, agency_kind, agency_label
from era_geo.record.terms import Status


class Action(StrEnum):
    """What a person can ask the store for, in the words that a refusal uses."""

    CREATE = "start a record"
    READ_LIST = "list the records"
    READ = "read this record"
    BREAK_GLASS = "read a record that does not name your agency"
    EDIT = "change this record"
    ANSWER = "answer for an agency in this record"
    KEEP_TYPED = "keep what you type into a record"
    SEND_OUT = "send this record out for checks"
    OFFER = "hand this record in for review"
    TAKE_BACK = "take this record back"
    RETURN = "return this record"
    SIGN = "sign this record"
    WITHDRAW = "withdraw this record"
    EXPORT = "export this record"
    RESTRICT = "enter a restricted place"
    READ_RESTRICTED = "read a restricted place"
    RECHECK = "hold records against a newer region"
    PROPOSALS = "answer a proposed review of this record"
    RETAIN = "set how long this record is kept"
    ERASE = "erase this record"
    OVERWRITE = "overwrite what erased records left"
    READ_TRAIL = "read this record's audit trail"
    READ_WHOLE_TRAIL = "read the whole audit trail"
    VERIFY = "verify the store"
    AUDIT_SAMPLE = "draw the case-file audit"


class Whose(StrEnum):
    """How an account's agency must stand to the record."""

    ANY = "any"
    NAMED = "named"
    LEAD = "lead"


class View(StrEnum):
    """How much of a record is shown."""

    FULL = "full"
    REDACTED = "redacted"


@dataclass(frozen=True)
class Standing:
    """What a rule asks about a record.

    `authors` are the accounts that saved a version of it; `holder` holds a restricted place; `started_by` is the agency that
    started it; `shared` says that it lies in a store which other computers use too.
    """

    status: Status
    lead_agency: str
    agencies: frozenset[str]
    authors: frozenset[str] = frozenset()
    holder: str = ""
    started_by: str = ""
    shared: bool = False

    @property
    def lead(self) -> str:
        """The agency that leads: the one that is named, if it is a responsible authority; else the one that started the record."""
        return self.lead_agency if may_lead(self.lead_agency) else self.started_by


@dataclass(frozen=True)
class Allowed:
    """The account may, and sees this view."""

    view: View


@dataclass(frozen=True)
class Refused:
    """The account may not; `sentence` says why, and who may."""

    sentence: str


@dataclass(frozen=True)
class Rule:
    """One row of the table. `statuses` empty: in any state. `other_hand`: not an author. `whole`: not from the redacted view."""

    roles: frozenset[Role]
    whose: Whose
    statuses: frozenset[Status] = frozenset()
    other_hand: bool = False
    of_holder: bool = False
    whole: bool = False


_OPEN = frozenset({Status.DRAFT, Status.OUT_FOR_CHECKS})
_UNSIGNED = _OPEN | {Status.READY_FOR_REVIEW}
_CASE = frozenset({Role.OFFICER, Role.REVIEWER})
_READERS = _CASE | {Role.ANALYST}
_OFFICER = frozenset({Role.OFFICER})
_REVIEWER = frozenset({Role.REVIEWER})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_READY = frozenset({Status.READY_FOR_REVIEW})

RULES: dict[Action, Rule] = {
    Action.CREATE: Rule(_OFFICER, Whose.ANY, whole=True),
    Action.READ_LIST: Rule(_READERS | _ADMINISTRATOR, Whose.ANY),
    Action.READ: Rule(_READERS, Whose.NAMED),
    Action.BREAK_GLASS: Rule(_CASE, Whose.ANY),
    Action.EDIT: Rule(_OFFICER, Whose.LEAD, _OPEN, whole=True),
    Action.ANSWER: Rule(_OFFICER, Whose.NAMED, _OPEN),
    Action.KEEP_TYPED: Rule(_OFFICER, Whose.ANY),
    Action.SEND_OUT: Rule(_OFFICER, Whose.LEAD, frozenset({Status.DRAFT})),
    Action.OFFER: Rule(_OFFICER, Whose.LEAD, _OPEN),
    Action.TAKE_BACK: Rule(_OFFICER, Whose.LEAD, frozenset({Status.OUT_FOR_CHECKS, Status.READY_FOR_REVIEW})),
    Action.RETURN: Rule(_REVIEWER, Whose.LEAD, _READY),
    Action.SIGN: Rule(_REVIEWER, Whose.LEAD, _READY, other_hand=True),
    Action.WITHDRAW: Rule(_CASE, Whose.LEAD, _UNSIGNED | {Status.SIGNED}),
    Action.EXPORT: Rule(_CASE, Whose.NAMED),
    Action.RESTRICT: Rule(_OFFICER, Whose.NAMED, of_holder=True),
    Action.READ_RESTRICTED: Rule(_CASE, Whose.NAMED, of_holder=True),
    Action.RECHECK: Rule(_READERS, Whose.ANY, whole=True),
    Action.PROPOSALS: Rule(_CASE, Whose.LEAD),
    Action.RETAIN: Rule(_ADMINISTRATOR | _REVIEWER, Whose.LEAD),
    Action.ERASE: Rule(_ADMINISTRATOR, Whose.LEAD),
    Action.OVERWRITE: Rule(_ADMINISTRATOR, Whose.ANY),
    Action.READ_TRAIL: Rule(_REVIEWER | _ADMINISTRATOR, Whose.NAMED, whole=True),
    Action.READ_WHOLE_TRAIL: Rule(_ADMINISTRATOR, Whose.ANY, whole=True),
    Action.VERIFY: Rule(_REVIEWER | _ADMINISTRATOR, Whose.ANY, whole=True),
    Action.AUDIT_SAMPLE: Rule(_READERS | _ADMINISTRATOR, Whose.ANY, whole=True),
}


def may(account: Account, action: Action, record: Standing | None = None) -> Allowed | Refused:
    """Say whether `account` may do `action`, to `record` where it is about one; what no rule allows is refused."""
    rule = RULES.get(action)
    if rule is None:
        return Refused(f"Nobody may {action}.")
    sentence = _without_role(account, action, rule)
    if sentence is None and record is not None:
        sentence = _outside(account, action, rule, record)
    if sentence is None and record is None and rule.whose is not Whose.ANY:
        sentence = f"To {action}, say which record."
    return Allowed(view_of(account)) if sentence is None else Refused(sentence)


def view_of(account: Account) -> View:
    """Give how much of a record this account is shown."""
    return View.REDACTED if account.kind is Agency.LANDLORD else View.FULL


def may_lead(agency: str) -> bool:
    """Whether an agency's id is that of a responsible authority, which alone may lead."""
    return bool(agency) and agency_kind(agency) in RESPONSIBLE


def works_alone(account: Account) -> bool:
    """Whether this is an account of this computer whose agency nobody has named, at work on its own file."""
    return account.agency is None and not account.authenticated


def _without_role(account: Account, action: Action, rule: Rule) -> str | None:
    if account.roles & rule.roles:
        if account.authenticated and account.agency is None:
            return f"You may not {action}: nobody has said which agency you work for. Ask the administrator."
        if rule.whole and view_of(account) is View.REDACTED:
            return f"You may not {action}: that is for those who see the whole record."
        return None
    wanted = " or ".join(sorted(role.value for role in rule.roles))
    return f"You may not {action}: that takes the role of {wanted}."


def _outside(account: Account, action: Action, rule: Rule, record: Standing) -> str | None:
    if not stands(account, rule.whose, record):
        if rule.whose is Whose.LEAD and stands(account, Whose.NAMED, record):
            lead = f" ({agency_label(record.lead)})" if record.lead else ""
            return f"You may not {action}: that is for the lead agency{lead}."
        return f"You may not {action}: it does not name your agency."
    if rule.of_holder and account.agency is None:
        return f"You may not {action}: say first which agency this computer is of (setting `agency`)."
    if rule.of_holder and account.agency != record.holder:
        return f"You may not {action}: only the agency that holds it may."
    if rule.of_holder and record.shared and not account.authenticated:
        return f"You may not {action}: in a store that several computers share, only who signed in may."
    return _out_of_turn(account, action, rule, record)


def _out_of_turn(account: Account, action: Action, rule: Rule, record: Standing) -> str | None:
    if rule.statuses and record.status not in rule.statuses:
        return f"You cannot {action}: its status is {record.status.label.lower()}."
    if rule.other_hand and account.key in record.authors:
        return f"You may not {action}: you wrote in it, and a reviewer is not the author. Another account signs."
    return None


def stands(account: Account, whose: Whose, record: Standing) -> bool:
    """Whether the account's agency stands to the record as asked."""
    if whose is Whose.ANY or (works_alone(account) and not record.shared):
        return True
    if account.agency is None:
        return False
    if whose is Whose.LEAD:
        return account.agency == record.lead and may_lead(account.agency)
    return account.agency in record.agencies or account.agency == record.lead_agency
