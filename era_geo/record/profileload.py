"""The rule profiles in force: those that come with the program, overlaid by those in `ERA_GEO_HOME/profiles`.

A local file of the same name replaces the shipped one, any other adds a profile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from era_geo.errors import Fault, FaultyFiles, UsageError
from era_geo.layertoml import nearest
from era_geo.record.profile import ALWAYS, LeadRule, Profile, ReminderRule, Rule
from era_geo.record.profilefile import FOLDER, ProfileFile, read_profile_file
from era_geo.record.terms import Trigger
from era_geo.settings import Settings

SHIPPED = Path(__file__).resolve().parent / FOLDER

Named = TypeVar("Named", Rule, LeadRule, ReminderRule)


def load_profile(settings: Settings, name: str | None = None) -> Profile:
    """Give one rule profile by its name; the one that the settings choose if none is named.

    Raises
    ------
    UsageError
        If there is no such profile; those that exist are named.
    FaultyFiles
        If any profile's file has a fault: every fault of every file is named.
    """
    return chosen_profile(load_profiles(settings), settings, name)


def chosen_profile(profiles: Mapping[str, Profile], settings: Settings, name: str | None = None) -> Profile:
    """Give one of the profiles in force by its name; the one that the settings choose if none is named.

    Raises
    ------
    UsageError
        If there is no such profile; those that exist are named.
    """
    wanted = name or settings.profile
    if wanted not in profiles:
        raise UsageError(
            f'There is no rule profile "{wanted}".{nearest(wanted, profiles)} Profiles: {", ".join(profiles)}. '
            f"A local one is a file in {FOLDER} under ERA_GEO_HOME."
        )
    return profiles[wanted]


def load_profiles(settings: Settings) -> dict[str, Profile]:
    """Give every rule profile by its id, in the order of the ids.

    Raises
    ------
    FaultyFiles
        If any file has a fault: every fault of every file is named.
    """
    profiles, faults = _read(settings)
    if faults:
        raise FaultyFiles(faults)
    return profiles


def check_profiles(settings: Settings) -> tuple[Fault, ...]:
    """Give every fault of every profile's file, shipped and local; nothing where all is well."""
    return tuple(_read(settings)[1])


def _read(settings: Settings) -> tuple[dict[str, Profile], list[Fault]]:
    faults: list[Fault] = []
    local = settings.home / FOLDER
    paths = {path.name: path for folder in (SHIPPED, local) for path in folder.glob("*.toml")}
    files = {paths[name].stem: read_profile_file(paths[name], faults) for name in sorted(paths)}
    homes = {path.stem for path in local.glob("*.toml")}
    profiles = {}
    for name, file in files.items():
        if file is None:
            continue
        base = _base(file, files, faults)
        if file.base and base is None:
            continue
        own = [file] if base is None else [file, base]
        profile = _profile(own, local=not homes.isdisjoint(part.id for part in own))
        faults += _gaps(profile)
        profiles[name] = profile
    return profiles, faults


def _base(file: ProfileFile, files: dict[str, ProfileFile | None], faults: list[Fault]) -> ProfileFile | None:
    if not file.base:
        return None
    base = files.get(file.base)
    if file.base not in files:
        faults.append(Fault(file.file, "base", f'there is no profile "{file.base}".{nearest(file.base, files)}'))
    elif base is not None and base.base:
        faults.append(Fault(file.file, "base", f'"{file.base}" has a base itself. Name one that stands alone.'))
        return None
    return base


def _profile(files: Sequence[ProfileFile], *, local: bool) -> Profile:
    """Make a profile from its file, and from its base where it has one."""
    own = files[0]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.id.encode() + b"\n" + file.content)
    versions = "+".join(str(file.version) if file is own else f"{file.id}.{file.version}" for file in files)
    return Profile(
        id=own.id,
        version=f"{versions}+local" if local else versions,
        sha256=digest.hexdigest(),
        label=own.label,
        description=own.description,
        notes=tuple(note for file in files for note in file.notes),
        rules=_over([file.rules for file in files]),
        leads=_over([file.leads for file in files]),
        reminders=_over([file.reminders for file in files]),
        file=own.file,
    )


def _over(layers: Sequence[tuple[Named, ...]]) -> tuple[Named, ...]:
    """Lay a profile's own rules over its base's: one of the same id takes its place, others are tried first."""
    own = layers[0]
    by_id = {rule.id: rule for rule in own}
    base = tuple(by_id.get(rule.id, rule) for rules in layers[1:] for rule in rules)
    return tuple(rule for rule in own if rule not in base) + base


def _gaps(profile: Profile) -> list[Fault]:
    """Hold the rules to one thing: for each trigger, and for who leads, the last rule and only the last asks nothing."""
    groups: dict[str, Sequence[Rule | LeadRule]] = {
        f'rules for the trigger "{trigger}"': [rule for rule in profile.rules if rule.trigger is trigger] for trigger in Trigger
    }
    groups["rules on who leads"] = profile.leads
    faults = []
    for what, rules in groups.items():
        if not rules or rules[-1].when != ALWAYS:
            faults.append(Fault(profile.file, "", f"of the {what} the last must have no `when`, so that every case has an answer."))
        faults += [
            Fault(profile.file, f"rule {later.id}", f'is never reached: "{rule.id}" before it always holds.')
            for rule, later in pairwise(rules)
            if rule.when == ALWAYS
        ]
    return faults
