"""The completion that lists show is stored with the shield; it is the kernel's, whatever is said in whatever order."""

import random
from datetime import timedelta

import pytest
from tests.database.roles import Role
from tests.database.writing import Couple, couple

from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.features.weddings.queries import WEDDING
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.completion import Answer, asked_fields, completion
from wedsync.kernel.fields.model import Field, FieldType
from wedsync.kernel.json_values import JsonValue
from wedsync.platform.database import ById, Database

SAYS: dict[FieldType, JsonValue] = {
    FieldType.EMAIL: "c@example.org",
    FieldType.PHONE: "+442071838750",
    FieldType.CONTACT: "x@example.org",
    FieldType.DATE: (utc_now() + timedelta(days=900)).date().isoformat(),
    FieldType.ZONE: "Europe/Paris",
    FieldType.BOOLEAN: False,
    FieldType.INTEGER: 4,
    FieldType.TAGS: ["one"],
    FieldType.NAMES: ["Ida"],
    FieldType.COLOURS: ["#aabbcc"],
    FieldType.ADDRESS: "1 Mill Lane, Bath BA1 1AA",
    FieldType.PENCE: 12_300,
    FieldType.PRONOUNS: {"partner1": "she/her", "partner2": ""},
    FieldType.MUSIC: {"must_play": ["Waltz"], "do_not_play": []},
}
TIMES = {"ceremony_time": "12:00", "reception_time": "16:00", "end_time": "23:00"}


def something(field: Field) -> JsonValue:
    if field.rules.choices:
        return field.rules.choices[0].value
    return TIMES.get(field.key) or SAYS.get(field.type, "Something said")


async def say(made: Couple, field: Field, value: JsonValue, *, skipped: bool) -> None:
    async with made.database.transaction(made.clara.actor) as tx:
        known = (await tx.one(WEDDING, ById(made.wedding_id))).core_facts.get(field.key)
        base = 0 if known is None else known.revision
        write = FactWrite(key=field.key, value=value, base_revision=base, is_not_applicable=skipped)
        await weddings.record_fact(tx, made.wedding_id, write)


@pytest.mark.parametrize("seed", range(4))
async def test_stored_completion_is_the_kernel_s(database: Database, as_admin: Role, seed: int) -> None:
    made = await couple(database)
    chance = random.Random(seed)  # noqa: S311 - chooses test data
    fields = [
        field
        for field in asked_fields()
        if field.key not in {"partner2_email", "wheelchair_guests", "out_of_town_guests"}
    ]
    for _ in range(40):
        field = chance.choice(fields)
        deed = chance.choice(["say", "say", "say", "clear", "skip"])
        await say(made, field, something(field) if deed == "say" else None, skipped=deed == "skip")
    found = await database.reader(made.clara.actor).one(WEDDING, ById(made.wedding_id))
    facts = found.core_facts
    answers = {
        key: Answer(value=fact.value, is_not_applicable=fact.state == "not_applicable") for key, fact in facts.items()
    }
    whole = completion(answers).whole
    everything = sum(field.weight for field in asked_fields())
    shield = await made.shield(as_admin)
    assert 0 < whole.complete < everything
    assert (shield["complete"], everything - shield["not_applicable"]) == (whole.complete, whole.applicable)
