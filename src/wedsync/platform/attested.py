"""What protects, object by object: as this version of the code makes it, as it was signed here, and as it stands now.

Read from the catalogue itself, not through a function that could have been replaced. A definition says what an object
is; its mark is the transaction that wrote it last, so that what was taken away and put back is noticed too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final, LiteralString

import msgspec
import psycopg
from psycopg.rows import class_row

from wedsync.platform.attested_catalogue import SNAPSHOT
from wedsync.platform.migrations import DATABASE_FILES
from wedsync.platform.signing import NotSigned, SigningKey

BASELINE_FILE: Final = DATABASE_FILES / "baseline.txt"
_KIND: Final = "baseline+json"
_PURPOSE: Final = "attestation"
# Kinds whose names differ from one installation to the next; what they are is signed here, not shipped.
_LOCAL: Final = ("superuser", "superuser setting", "membership", "event trigger owner", "database", "server setting")
# Of these, what the administrator's step makes everywhere (db/administrator/1_roles.sql).
_MADE: Final = (
    "wedsync_backup",
    "wedsync_backup in pg_read_all_stats",
    "wedsync_migrator in wedsync_owner",
    "wedsync_worker in wedsync_keeper",
)

_PLAIN: Final = "-c search_path=pg_catalog -c timezone=UTC"  # names are written out in full, whoever asks
_LATEST: Final[LiteralString] = """
select row_to_json(b)::text
from (select objects, signature from guard.baselines order by id desc limit 1) b"""
_KEEP: Final[LiteralString] = "insert into guard.baselines (objects, signature) values (%s::jsonb, %s)"


class CannotAttest(Exception):  # noqa: N818 - it reads as the sentence it carries
    """The database does not answer, or not to whom we come as."""


class Attested(msgspec.Struct, frozen=True, kw_only=True):
    """One object: the hash of what it is, and the transaction that wrote it last ("" where that says nothing)."""

    kind: str
    name: str
    definition: str
    mark: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not as it should be: missing, unknown, changed, or rewritten since it was signed."""

    kind: str
    name: str
    what: str


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A baseline as it is kept: what was found when it was signed, and the signature over it."""

    objects: tuple[Attested, ...]
    signature: str


class _Claim(msgspec.Struct, frozen=True, kw_only=True):
    objects: str
    baseline: str


def take(url: str) -> tuple[Attested, ...]:
    """Everything that protects, as it stands now. Raises CannotAttest."""
    with _connected(url) as connection:
        return tuple(connection.cursor(row_factory=class_row(Attested)).execute(SNAPSHOT).fetchall())


def latest(url: str) -> Signed | None:
    """What was signed last. Raises CannotAttest."""
    with _connected(url) as connection:
        found = connection.execute(_LATEST).fetchone()
    return None if found is None else msgspec.json.decode(str(found[0]), type=Signed)


def keep(admin_url: str, signed: Signed) -> None:
    """Beside the earlier ones. Raises CannotAttest."""
    with _connected(admin_url) as connection, connection.transaction():
        connection.execute("set local role wedsync_guard")
        connection.execute(_KEEP, [msgspec.json.encode(signed.objects).decode(), signed.signature])


def shipped(objects: Iterable[Attested]) -> str:
    """The baseline that travels with the code: what every installation has in common."""
    lines = (f"{each.definition} {each.kind}: {each.name}\n" for each in objects if each.kind not in _LOCAL)
    return "".join(lines)


def from_code(file: Path = BASELINE_FILE) -> dict[tuple[str, str], str]:
    """What this version of the code makes, by kind and name."""
    found = {}
    for line in file.read_text("utf-8").splitlines():
        definition, _, rest = line.partition(" ")
        kind, _, name = rest.partition(": ")
        found[kind, name] = definition
    return found


def against_code(now: Iterable[Attested], code: Mapping[tuple[str, str], str]) -> list[Difference]:
    """What is not what this version of the code makes."""
    here = {(each.kind, each.name): each.definition for each in now if each.kind not in _LOCAL}
    return _compared(code, here, "changed")


def against_signed(now: Iterable[Attested], signed: Signed) -> list[Difference]:
    """What is not as it was signed: what the code does not know of, and what was written since."""
    here = _by_name(now)
    return [*of_this_house(here.values(), signed), *_rewritten(_by_name(signed.objects), here)]


def of_this_house(now: Iterable[Attested], signed: Signed) -> list[Difference]:
    """What no version of the code knows, each installation having its own, and is not as it was signed."""
    return _compared(_definitions(signed.objects, _LOCAL), _definitions(now, _LOCAL), "changed")


def powers(now: Iterable[Attested]) -> list[str]:
    """Who goes past everything else here: superusers, and members of roles that the code makes no member of."""
    return [
        f"{each.kind} {each.name}"
        for each in now
        if each.kind in {"superuser", "membership"} and each.name not in _MADE
    ]


def against_another_version(now: Iterable[Attested], signed: Signed, kinds: Collection[str]) -> list[Difference]:
    """Everything that was signed, by code of another version: a rollout is under way, and that is all this can know."""
    then, here = _by_name(signed.objects), _by_name(now)
    every = _compared(_definitions(signed.objects, kinds), _definitions(here.values(), kinds), "changed")
    return [*every, *_rewritten(then, here)]


class Attestor:
    """Signs what was found, and knows its own signature. The key follows from the installation's secret."""

    def __init__(self, secret: str) -> None:
        """The same secret that web and worker share; the database never learns it."""
        self._key: Final = SigningKey(secret, _PURPOSE)

    def sign(self, objects: tuple[Attested, ...]) -> Signed:
        """This is how it should stay."""
        claim = _Claim(objects=_digest(objects), baseline=_this_version())
        return Signed(objects=objects, signature=self._key.sign(_KIND, msgspec.json.encode(claim)))

    def examine(self, now: tuple[Attested, ...], signed: Signed | None) -> list[Difference]:
        """Everything that is not as it should be; empty when all is whole."""
        code = from_code()
        found = against_code(now, code)
        if signed is None:
            return [*found, Difference(kind="baseline", name="signed", what="missing")]
        claim = self._claim_of(signed)
        if claim is None:
            return [*found, Difference(kind="baseline", name="signed", what="not signed by this installation")]
        if claim.objects != _digest(signed.objects):
            return [*found, Difference(kind="baseline", name="signed", what="changed")]
        if claim.baseline != _this_version():
            # Only who knows the secret signs: the database was brought up to date, and this process not yet.
            kinds = {*_LOCAL, *(kind for kind, _ in code)}
            return _once(against_another_version(now, signed, kinds))
        return _once([*found, *against_signed(now, signed)])

    def is_of_another_version(self, signed: Signed) -> bool:
        """Signed by this installation, when its code was another."""
        claim = self._claim_of(signed)
        return claim is not None and claim.baseline != _this_version()

    def _claim_of(self, signed: Signed) -> _Claim | None:
        try:
            return msgspec.json.decode(self._key.read(_KIND, signed.signature), type=_Claim)
        except (NotSigned, msgspec.MsgspecError):
            return None


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection]:
    try:
        with psycopg.connect(url, autocommit=True, options=_PLAIN) as connection:
            yield connection
    except psycopg.Error as error:
        raise CannotAttest(" ".join(str(error).split())) from error


def _compared(
    wanted: Mapping[tuple[str, str], str], here: Mapping[tuple[str, str], str], other: str
) -> list[Difference]:
    found = [Difference(kind=kind, name=name, what="missing") for kind, name in wanted.keys() - here.keys()]
    found += [Difference(kind=kind, name=name, what="unknown") for kind, name in here.keys() - wanted.keys()]
    both = wanted.keys() & here.keys()
    found += [Difference(kind=k, name=n, what=other) for k, n in both if wanted[k, n] != here[k, n]]
    return sorted(found, key=_place)


def _rewritten(then: Mapping[tuple[str, str], Attested], here: Mapping[tuple[str, str], Attested]) -> list[Difference]:
    return [
        Difference(kind=kind, name=name, what="rewritten since it was signed")
        for (kind, name), each in here.items()
        if (kind, name) in then and then[kind, name].mark != each.mark
    ]


def _definitions(objects: Iterable[Attested], kinds: Collection[str]) -> dict[tuple[str, str], str]:
    return {(each.kind, each.name): each.definition for each in objects if each.kind in kinds}


def _once(found: list[Difference]) -> list[Difference]:
    """One finding an object: that it was rewritten says less than that it is another."""
    first: dict[tuple[str, str], Difference] = {}
    for each in found:
        first.setdefault((each.kind, each.name), each)
    return list(first.values())


def _place(each: Difference) -> tuple[str, str]:
    return each.kind, each.name


def _by_name(objects: Iterable[Attested]) -> dict[tuple[str, str], Attested]:
    return {(each.kind, each.name): each for each in objects}


def _this_version() -> str:
    return sha256(BASELINE_FILE.read_bytes()).hexdigest()


def _digest(objects: tuple[Attested, ...]) -> str:
    return sha256(msgspec.json.encode(objects)).hexdigest()
