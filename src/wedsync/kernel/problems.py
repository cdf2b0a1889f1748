"""Every way WedSync can say no, in words that a guest at the wedding could read.

A problem says what happened (title, detail) and what to do now (advice); it is the same one in
JSON (RFC 9457), on a page and in GraphQL. A refusal that is not one of these is our fault.
"""

from collections.abc import Mapping
from typing import ClassVar, Final

from wedsync.kernel.json_values import JsonValue

RESERVED_MEMBERS: Final = frozenset({"type", "title", "status", "detail", "instance", "advice"})


class Problem(Exception):  # noqa: N818 - the word is RFC 9457's, and every page shows it
    """A refusal; `members` are RFC 9457's extension members, shown as they are."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"
    advice: ClassVar[str] = "Try again in a minute. If it happens again, tell us what you were doing."

    def __init__(self, detail: str = "", **members: JsonValue) -> None:
        """Keep the detail and the members; a member may not pose as a standard one (ValueError)."""
        if clash := RESERVED_MEMBERS & members.keys():
            message = f"reserved members: {', '.join(sorted(clash))}"
            raise ValueError(message)
        super().__init__(detail or self.title)
        self.detail = detail
        self.members: Mapping[str, JsonValue] = members

    def document(self, instance: str = "") -> dict[str, JsonValue]:
        """The problem document of RFC 9457; `instance` is the id of the refused request."""
        document: dict[str, JsonValue] = {
            "type": f"/problems/{self.slug}",
            "title": self.title,
            "status": self.status,
            "advice": self.advice,
        }
        if self.detail:
            document["detail"] = self.detail
        if instance:
            document["instance"] = instance
        return {**document, **self.members}


class BadRequest(Problem):
    """The request itself could not be read."""

    status = 400
    slug = "malformed"
    title = "We could not read that"
    advice = "Check what you sent and try again. If you followed a link, copy the whole of it."


class OtherHouse(Problem):
    """The request names another host than the one people reach us by."""

    status = 421
    slug = "other-house"
    title = "This is not where you were going"
    advice = "Open the address that you were given, as it stands there."


class SignedOut(Problem):
    """Nobody is signed in, or the session has ended."""

    status = 401
    slug = "signed-out"
    title = "You are signed out"
    advice = "Sign in and try again. Nothing you saved is lost."


class Forbidden(Problem):
    """You may see this, but not do that."""

    status = 403
    slug = "forbidden"
    title = "You may not do that"
    advice = (
        "Nothing was changed. Ask who may: one of the couple for their wedding, an owner or admin for a business, "
        "an operator in the right role for the installation."
    )


class ProofNeeded(Problem):
    """You are signed in, and this is too dangerous for whoever found your telephone; members `code` and `prove_url`."""

    status = 403
    slug = "proof-needed"
    title = "Show first that it is you"
    advice = (
        "Type your password at `prove_url`, or have a link sent; a program sends it to `POST /api/v1/me/proof`. "
        "It counts for 15 minutes, and then you come back here."
    )


class LockedOut(Problem):
    """Too many wrong passwords, or codes, were tried for an account; instead of a password a link does."""

    status = 403
    slug = "locked-out"
    title = "Too many wrong tries"
    advice = (
        "For a while none is taken for this address, not even a right one. Instead of a password, have a link sent: it "
        "works at once, and choosing another password by a link ends the wait. For codes, wait, or ask our support."
    )


class CodeNeeded(Problem):
    """The password is right, and this account asks for a second step; member `code`."""

    status = 403
    slug = "code-needed"
    title = "One more step"
    advice = "Send the six digits that your app shows now, or one of your recovery codes, as `code` with the password."


class SecondStepNeeded(Problem):
    """Who runs the installation signs in with a second step, and this account has none yet; member `set_up_url`."""

    status = 403
    slug = "second-step-needed"
    title = "Set up your second step first"
    advice = (
        "Open `set_up_url` and scan the code with an app for one-time codes. A program asks "
        "`POST /api/v1/me/second-step`, then confirms it."
    )


class NotFound(Problem):
    """It does not exist, or you may not know that it does."""

    status = 404
    slug = "not-found"
    title = "There is nothing here for you"
    advice = "Check the address. If someone sent it to you, ask whether they shared it with you."


class MethodNotAllowed(Problem):
    """The address is right, the method is not."""

    status = 405
    slug = "method-not-allowed"
    title = "That cannot be done here"
    advice = "Go back to the page you came from and use its buttons."


class RequestTimeout(Problem):
    """What was sent came in too slowly to wait for."""

    status = 408
    slug = "request-timeout"
    title = "That took too long to arrive"
    advice = "Check your connection and send it again."


class Conflict(Problem):
    """What you ask does not fit what is there now."""

    status = 409
    slug = "conflict"
    title = "That does not fit with what is there now"
    advice = "Look at how things stand now, then decide again."


class Fixed(Problem):
    """A class A fact after the couple confirmed the date; member `amend_url`."""

    status = 409
    slug = "fixed"
    title = "This is fixed"
    advice = "It changes by an amendment: propose it at `amend_url`, where everybody concerned agrees to it."


class AlreadyDone(Problem):
    """It was done before, by you or by someone else."""

    status = 409
    slug = "already-done"
    title = "That has been done already"
    advice = "There is nothing left to do here."


class RevisionConflict(Problem):
    """Somebody saved first; members `yours`, `current` and `revision`."""

    status = 412
    slug = "revision-conflict"
    title = "Somebody changed this while you were typing"
    advice = "Both values are kept for you to see. Choose the one that is right."


class PayloadTooLarge(Problem):
    """More was sent than is accepted in one go."""

    status = 413
    slug = "payload-too-large"
    title = "That is too much at once"
    advice = "Send less, or send it in parts."


class UnsupportedMediaType(Problem):
    """The body is in a form that is not read here."""

    status = 415
    slug = "unsupported-media-type"
    title = "We do not read that kind of content"
    advice = "Send JSON, or use the form on the page."


class Invalid(Problem):
    """Something in the payload breaks a rule; member `errors` is a list of {field, detail}."""

    status = 422
    slug = "invalid"
    title = "Some of that needs another look"
    advice = "Correct what is marked and save again. What you typed is still there."


class IdempotencyMismatch(Problem):
    """The same Idempotency-Key came with another payload."""

    status = 422
    slug = "idempotency-mismatch"
    title = "This was sent before with different content"
    advice = "Use a new Idempotency-Key for a new request."


class LockedWedding(Problem):
    """The wedding is on, or about to be; members `code`, `unlocks_at` and `amend_url`."""

    status = 423
    slug = "locked"
    title = "This wedding is read-only now"
    advice = "Wait until it opens again. If when or where cannot wait, propose an emergency amendment."


class PreconditionRequired(Problem):
    """A change must say which revision it was made from (If-Match)."""

    status = 428
    slug = "precondition-required"
    title = "We need to know which version you changed"
    advice = "Read it again, then send its ETag back as If-Match."


class TooManyRequests(Problem):
    """A rate limit is used up; `retry_after_s` is in seconds, `limit` the name, `most` and `per_s` of a named one."""

    status = 429
    slug = "too-many-requests"
    title = "That was a lot in a short time"
    advice = "Wait a little, then try again."


class InternalError(Problem):
    """We failed; somebody is told."""

    slug = "internal"


class Unavailable(Problem):
    """Something we depend on does not answer."""

    status = 503
    slug = "unavailable"
    title = "WedSync is not ready for that just now"
    advice = "Try again in a minute. What was saved is safe."


def _by_status(problem: type[Problem]) -> tuple[int, str]:
    return problem.status, problem.slug


PROBLEMS: Final = tuple(sorted(Problem.__subclasses__(), key=_by_status))


def reference() -> str:
    """Return docs/problems.md: one section for each problem, in order of status."""
    head = (
        "# Problems\n\n"
        "Every refusal is one of these: `application/problem+json` (RFC 9457) from the API, "
        "the same words on a page.\n"
        "Written by `python -m wedsync.kernel.problems`; a test compares the two.\n"
    )
    return head + "".join(
        f"\n## {problem.status} {problem.slug}\n\n"
        f"**{problem.title}.** {problem.__doc__}\n\nWhat to do: {problem.advice}\n"
        for problem in PROBLEMS
    )


if __name__ == "__main__":
    print(reference(), end="")  # noqa: T201 - this is the command that writes the page
