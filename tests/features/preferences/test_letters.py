"""Which letters go, wait, are held or dropped; and that one request from a mail program has them stop."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import httpx
import msgspec
import psycopg
import pytest
from tests.features.visitor import Visitor
from tests.support import commands
from tests.support.database import TestDatabase, sealer, travelling
from tests.support.web import client_of
from tests.support.world import Somebody, person

from wedsync.features.preferences import letter_actions as actions
from wedsync.features.preferences.jobs import JOBS, TAKE_DAILY
from wedsync.features.preferences.letter_model import LetterChoices, choices_of, stop_path
from wedsync.features.preferences.letter_queries import MY_TERMS
from wedsync.features.preferences.post_room import PostRoom
from wedsync.kernel.clock import utc_now
from wedsync.kernel.letters import USUAL_QUIET, Choice, LetterKind, QuietHours
from wedsync.kernel.permissions import WriteClass
from wedsync.kernel.problems import Invalid, NotFound
from wedsync.platform.database import NOBODY, Actor, Database, NoParams
from wedsync.platform.http.app import WebApp
from wedsync.platform.jobs import Job, Workshop, defer
from wedsync.platform.mail import Letter, NotNow, OutboxMailer
from wedsync.platform.queue import work_through

BASE = "http://wedsync.test"
NEVER_QUIET = LetterChoices(answers=Choice.EACH, requests=Choice.EACH, reminders=Choice.EACH, quiet=None)
ONCE_A_DAY = msgspec.structs.replace(NEVER_QUIET, reminders=Choice.DAILY)
MUST_ARRIVE = [kind for kind in LetterKind if kind not in ("answers", "requests", "reminders")]


class ToSend(msgspec.Struct, frozen=True):
    """A letter about something, to somebody."""

    to: str
    subject: str


class Post:
    """The worker's post room, and what came out of it, in order."""

    def __init__(self, workers: Database, own: TestDatabase, folder: Path) -> None:
        self.own, self.folder = own, folder
        room = PostRoom(workers, OutboxMailer(folder, "us@example.org"), BASE)
        self.workshop = Workshop(database=workers, mailer=room, base_url=BASE)

    async def send(self, to: Somebody, kind: LetterKind, subject: str, *, is_urgent: bool = False) -> None:
        letter = Letter(to=to.email, kind=kind, subject=subject, body=f"{subject}.\n", is_urgent=is_urgent)
        await self.workshop.mailer.send(letter)

    async def work(self, *jobs: Job[ToSend]) -> None:
        await work_through(self.own.worker_url, self.workshop, (*JOBS, *jobs), until_empty=True)

    async def next_day(self) -> None:
        """What goes when its clock is a day later."""
        async with travelling(self.own, timedelta(hours=25)), Database(self.own.worker_url, sealer()) as later:
            room = PostRoom(later, OutboxMailer(self.folder, "us@example.org"), BASE)
            workshop = msgspec.structs.replace(self.workshop, database=later, mailer=room)
            await asyncio.gather(TAKE_DAILY.run(workshop), TAKE_DAILY.run(workshop))
            await work_through(self.own.worker_url, workshop, JOBS, until_empty=True)

    def came(self) -> list[EmailMessage]:
        return [
            message_from_bytes(path.read_bytes(), policy=SMTP.clone(refold_source="none"))
            for path in sorted(self.folder.glob("*.eml"))
        ]

    def subjects(self) -> list[str]:
        return [str(each["Subject"]) for each in self.came()]


async def _send(workshop: Workshop, _actor: Actor, job: ToSend) -> None:
    letter = Letter(to=job.to, kind=LetterKind.CHANGES, subject=job.subject, body="Look.\n")
    await workshop.mailer.send(letter)


@pytest.fixture
async def post(own_database: TestDatabase) -> AsyncIterator[Post]:
    with tempfile.TemporaryDirectory() as folder:
        async with Database(own_database.worker_url, sealer()) as workers:
            yield Post(workers, own_database, Path(folder))


def said_in(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    return "" if part is None else str(part.get_content())


async def choose(database: Database, who: Somebody, said: LetterChoices) -> None:
    async with database.transaction(who.actor) as tx:
        await actions.choose_letters(tx, who.person_id, said)


async def chosen(database: Database, who: Somebody) -> LetterChoices:
    return choices_of(await database.reader(who.actor).one(MY_TERMS, NoParams()))


def night() -> QuietHours:
    """Hours that have begun in London, whenever the tests run, and are over in nine or ten."""
    hour = utc_now().hour
    return QuietHours(start=(hour - 2) % 24, end=(hour + 10) % 24)


async def test_a_letter_that_may_be_stopped_says_how_and_one_that_must_arrive_says_why(
    post: Post, database: Database
) -> None:
    nell = await person(database, "Nell")
    await choose(database, nell, NEVER_QUIET)
    await post.send(nell, LetterKind.ANSWERS, "No")
    await post.send(nell, LetterKind.WINDOW, "Soon")
    await post.workshop.mailer.send(
        Letter(to="a.stranger@example.org", kind=LetterKind.REMINDERS, subject="Hello", body="Hello.\n")
    )
    answer, window, stranger = post.came()
    stop = f"{BASE}{stop_path(sealer(), nell.person_id, LetterKind.ANSWERS)}"
    assert f"\r\nList-Unsubscribe: <{stop}>\r\n".encode() in answer.as_bytes()  # in one piece, however long
    assert answer["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop in said_in(answer)
    assert "such letters always come" in said_in(window)
    assert window["List-Unsubscribe"] is stranger["List-Unsubscribe"] is None


async def test_what_somebody_stopped_is_not_sent_and_what_must_arrive_is(post: Post, database: Database) -> None:
    nell = await person(database, "Nell")
    none = LetterChoices(answers=Choice.NONE, requests=Choice.NONE, reminders=Choice.NONE, quiet=None)
    await choose(database, nell, none)
    for kind in LetterKind:
        await post.send(nell, kind, kind.value, is_urgent=True)
    assert sorted(post.subjects()) == sorted(MUST_ARRIVE)


async def test_in_quiet_hours_what_is_urgent_goes_and_all_else_waits(post: Post, database: Database) -> None:
    nell = await person(database, "Nell")
    gone: list[str] = []
    until: list[timedelta] = []
    await choose(database, nell, msgspec.structs.replace(NEVER_QUIET, quiet=night()))
    for kind in LetterKind:
        try:
            await post.send(nell, kind, kind.value)
        except NotNow as refusal:
            until.append(refusal.until - utc_now())
        else:
            gone.append(kind.value)
    assert gone == ["security", "emergency", "invitation", "your_data", "daily"] == post.subjects()
    assert len(until) == len(LetterKind) - len(gone)
    assert all(timedelta(hours=8) < each <= timedelta(hours=12) for each in until)
    await post.send(nell, LetterKind.REMINDERS, "tomorrow", is_urgent=True)
    assert post.subjects()[-1] == "tomorrow"


async def test_jobs_whose_letters_wait_for_the_morning_run_then_once_each(
    post: Post, database: Database, own_database: TestDatabase
) -> None:
    """A wait is no failed attempt: a job that has none left waits all the same."""
    nell = await person(database, "Nell")
    await choose(database, nell, msgspec.structs.replace(NEVER_QUIET, quiet=night()))
    job = Job("tests.send", ToSend, _send, write_class=WriteClass.EXTERNAL, retries=0)
    async with database.transaction(NOBODY) as tx:
        for subject in ("first", "second", "third"):
            await defer(tx, job, ToSend(nell.email, subject))
    await post.work(job)
    assert post.subjects() == []
    async with await psycopg.AsyncConnection.connect(own_database.admin_url, autocommit=True) as admin:
        found = await admin.execute(
            "select status::text, scheduled_at > now() + interval '8 hours' from jobs.procrastinate_jobs"
            " where task_name = 'tests.send'"
        )
        assert await found.fetchall() == [("todo", True)] * 3
        await post.work(job)
        assert post.subjects() == []
        await choose(database, nell, NEVER_QUIET)
        await admin.execute("update jobs.procrastinate_jobs set scheduled_at = now() where task_name = 'tests.send'")
    await post.work(job)
    assert sorted(post.subjects()) == ["first", "second", "third"]
    await post.work(job)
    assert len(post.came()) == 3


async def test_once_a_day_all_that_was_held_comes_in_one_letter_in_its_order(post: Post, database: Database) -> None:
    nell, ben = await person(database, "Nell"), await person(database, "Ben")
    for who in (nell, ben):
        await choose(database, who, ONCE_A_DAY)
    for subject in ("first", "second", "second", "third"):  # a job that is done again sends nothing twice
        await post.send(nell, LetterKind.REMINDERS, subject)
    await post.send(ben, LetterKind.REMINDERS, "alone")
    await post.send(nell, LetterKind.ANSWERS, "no")
    await post.send(nell, LetterKind.REMINDERS, "hurry", is_urgent=True)
    assert post.subjects() == ["no", "hurry"]
    await TAKE_DAILY.run(post.workshop)
    await post.work()
    assert len(post.came()) == 2  # it is not morning yet
    await post.next_day()
    daily = {str(each["To"]): each for each in post.came()[2:]}
    assert daily[ben.email]["Subject"] == "alone"
    body = said_in(daily[nell.email])
    assert daily[nell.email]["Subject"] == "3 letters in one"
    assert [each for each in body.splitlines() if each.startswith("== ")] == ["== first", "== second", "== third"]
    assert stop_path(sealer(), nell.person_id, LetterKind.DAILY) in str(daily[nell.email]["List-Unsubscribe"])
    await post.next_day()
    assert len(post.came()) == 4


async def test_a_worker_that_is_killed_before_its_letter_is_sent_has_lost_none(post: Post, database: Database) -> None:
    """What was taken is queued in the same transaction; what is kept until it is sent goes after."""
    nell = await person(database, "Nell")
    await choose(database, nell, ONCE_A_DAY)
    await post.send(nell, LetterKind.REMINDERS, "held")
    async with travelling(post.own, timedelta(hours=25)), Database(post.own.worker_url, sealer()) as later:
        await TAKE_DAILY.run(msgspec.structs.replace(post.workshop, database=later))  # and here it ends
    await post.next_day()
    assert post.subjects() == ["held"]


async def test_what_is_stopped_or_names_somebody_who_is_erased_is_held_no_longer(
    post: Post, database: Database
) -> None:
    nell, ben = await person(database, "Nell"), await person(database, "Ben")
    for who in (nell, ben):
        await choose(database, who, ONCE_A_DAY)
    await post.send(nell, LetterKind.REMINDERS, "stopped")
    async with database.transaction(nell.actor) as tx:
        await actions.stop_letters(tx, nell.person_id, LetterKind.REMINDERS)
    for subject in ("Qzxname has not answered", "To q.z+x@example.org.", "Qzxnamesake", "kept"):
        await post.send(ben, LetterKind.REMINDERS, subject)
    await post.workshop.mailer.forget(("Qzxname", "q.z+x@example.org", " "))
    await post.next_day()
    (letter,) = post.came()
    assert [each for each in said_in(letter).splitlines() if each.startswith("== ")] == ["== Qzxnamesake", "== kept"]


@pytest.mark.parametrize("body", ["form", "parts", "nothing"])
async def test_a_mail_program_has_letters_stopped_by_one_request_without_a_cookie(
    body: str, app: WebApp, database: Database
) -> None:
    nell = await person(database, "Nell")
    path = stop_path(sealer(), nell.person_id, LetterKind.ANSWERS)
    async with client_of(app) as program:
        assert (await program.get(path)).status_code == 200
        assert (await chosen(database, nell)).answers is Choice.EACH  # looking changes nothing
        one_click = {"List-Unsubscribe": "One-Click"}
        for _ in range(2):
            if body == "parts":
                answer = await program.post(path, files={"List-Unsubscribe": (None, "One-Click")})
            else:
                answer = await program.post(path, data=one_click if body == "form" else None)
            assert (answer.status_code, "You get no more of them" in answer.text) == (200, True)
    now = await chosen(database, nell)
    assert (now.answers, now.requests, now.quiet) == (Choice.NONE, Choice.EACH, USUAL_QUIET)


async def test_an_address_that_we_did_not_write_stops_nothing(app: WebApp, database: Database) -> None:
    nell, ben = await person(database, "Nell"), await person(database, "Ben")
    ours = stop_path(sealer(), nell.person_id, LetterKind.ANSWERS)
    theirs = ours.replace(str(nell.person_id), str(ben.person_id))
    other = ours.replace("/answers/", "/requests/")
    must = stop_path(sealer(), nell.person_id, LetterKind.SECURITY)
    async with client_of(app) as program:
        for path in (theirs, other, must, ours[:-1], ours.replace("/answers/", "/nothing/")):
            for answer in (await program.get(path), await program.post(path)):
                assert answer.status_code == 404, path
    assert await chosen(database, nell) == await chosen(database, ben)


async def test_a_person_presses_a_button_whoever_is_signed_in_and_chooses_again(
    app: WebApp, database: Database
) -> None:
    """Ben's browser opens a letter of Nell's: hers stop, his do not."""
    nell, ben = await person(database, "Nell"), await person(database, "Ben")
    visitor, path = Visitor(app, ben), stop_path(sealer(), nell.person_id, LetterKind.DAILY)
    assert "What has not been seen" in await visitor.look(path)
    assert (await visitor.send(path)).status_code == 200
    everything = (Choice.NONE,) * 3
    for who, is_all in ((nell, True), (ben, False)):
        now = await chosen(database, who)
        assert ((now.answers, now.requests, now.reminders) == everything) is is_all
    visitor = Visitor(app, nell)
    page = await visitor.look("/you/letters")
    assert page.count('<option value="none" selected>') == 3
    boxes = {"answers": "each", "requests": "daily", "reminders": "none", "quiet_from": "7", "quiet_until": "7"}
    wrong = await visitor.send("/you/letters", part=False, **boxes)
    assert (wrong.status_code, "Choose two different full hours" in wrong.text) == (422, True)
    saved = await visitor.send("/you/letters", part=False, **(boxes | {"quiet_from": ""}))
    assert saved.headers["location"] == "/you/letters?told=saved"
    assert await chosen(database, nell) == LetterChoices(
        answers=Choice.EACH, requests=Choice.DAILY, reminders=Choice.NONE, quiet=None
    )


async def test_everything_is_chosen_over_rest_and_what_cannot_be_is_refused(
    client: httpx.AsyncClient, database: Database
) -> None:
    nell = await person(database, "Nell")
    client.headers.update(nell.bearer)
    usual = {"answers": "each", "requests": "each", "reminders": "each", "quiet": {"start": 22, "end": 8}}
    assert (await client.get("/api/v1/me/letters")).json() == usual
    other = {"answers": "none", "requests": "daily", "reminders": "each", "quiet": None}
    assert (await client.put("/api/v1/me/letters", json=other)).json() == other
    assert (await client.get("/api/v1/me/letters")).json() == other
    night = {"quiet": {"start": 20, "end": 8}}
    assert (await client.put("/api/v1/me/letters", json=other | night)).status_code == 200
    assert (await client.put("/api/v1/me/letters", json=other)).status_code == 200
    impossible = [{"start": 7, "end": 7}, {"start": 22, "end": 24}, {"start": 19, "end": 8}, {"start": 8, "end": 22}]
    for each in impossible:
        assert (await client.put("/api/v1/me/letters", json=usual | {"quiet": each})).status_code == 422
    for wrong in ({"answers": "weekly"}, {"security": "none"}):
        assert (await client.put("/api/v1/me/letters", json=usual | wrong)).status_code == 422
    assert (await client.get("/api/v1/me/letters")).json() == other


async def test_the_command_line_says_why_somebody_gets_a_letter_or_none(
    post: Post, database: Database, own_database: TestDatabase, tmp_path: Path
) -> None:
    nell = await person(database, "Nell")
    await choose(database, nell, msgspec.structs.replace(ONCE_A_DAY, answers=Choice.NONE, quiet=night()))
    await post.send(nell, LetterKind.REMINDERS, "held")
    environment = commands.ambient(DATABASE_URL=own_database.worker_url, WEDSYNC_HOME=str(tmp_path))
    said = await asyncio.to_thread(commands.wedsync, "letters", "why", nell.email.upper(), environment=environment)
    lines = said.stdout.splitlines()
    assert (said.returncode, lines[0]) == (0, "Answers to your invitations: none"), said.stderr
    assert lines[2] == "What has not been seen: daily"
    assert "on until" in lines[3]
    assert lines[4].startswith("Held: 1, until ")
    told = await asyncio.to_thread(commands.wedsync, "letters", "why", nell.email, "--json", environment=environment)
    assert msgspec.json.decode(told.stdout)["held"]["letters"] == 1
    stranger = await asyncio.to_thread(commands.wedsync, "letters", "why", "a@b.org", environment=environment)
    assert stranger.stdout == "No account has this address: every letter to it goes at once.\n"


async def test_nobody_chooses_for_somebody_else(database: Database) -> None:
    nell, ben = await person(database, "Nell"), await person(database, "Ben")
    async with database.transaction(ben.actor) as tx:
        with pytest.raises(NotFound):
            await actions.choose_letters(tx, nell.person_id, NEVER_QUIET)
        with pytest.raises(NotFound):
            await actions.stop_letters(tx, nell.person_id, LetterKind.ANSWERS)
        impossible = msgspec.structs.replace(NEVER_QUIET, quiet=QuietHours(start=-1, end=3))
        with pytest.raises(Invalid):
            await actions.choose_letters(tx, ben.person_id, impossible)
