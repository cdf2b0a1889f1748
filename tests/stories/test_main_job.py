"""The main job: a business signs up, invites a couple, and sees what they enter on an open page the moment it is saved."""

from datetime import timedelta

from playwright.sync_api import Page, expect
from tests.stories.conftest import Enter, letter_link, open_all
from tests.support.servers import RunningHouse

from wedsync.kernel.clock import utc_now


def test_a_supplier_signs_up_invites_a_couple_and_sees_what_they_enter_at_once(
    house: RunningHouse, enter: Enter
) -> None:
    venue = enter()
    _sign_up(house, venue)
    supplier = venue.url.split("/s/")[1].split("/")[0]
    venue.goto(f"/s/{supplier}/invitations")
    venue.get_by_label("Email of one of them").fill("ada.story@example.org")
    venue.get_by_label("Their names").fill("Ada & Ben")
    venue.get_by_role("button", name="Send the invitation").click()
    expect(venue.get_by_text("ada.story@example.org").first).to_be_visible()

    couple = enter()
    couple.goto(letter_link(house, "ada.story@example.org"))
    couple.get_by_label("Your name").fill("Ada Story")
    couple.locator("form.card button.primary").click()
    couple.wait_for_url("**/w/*/details*")
    wedding = couple.url.split("/w/")[1].split("/")[0]

    venue.goto(f"/s/{supplier}/weddings/{wedding}")
    open_all(couple)
    held_on = (utc_now() + timedelta(days=400)).date()
    for key, value, shown in (
        ("wedding_date", held_on.isoformat(), str(held_on.year)),
        ("ceremony_time", "14:30", "14:30"),
        ("adults", "84", "84"),
    ):
        box = couple.locator(f"#in-f-{key}")
        box.fill(value)
        box.blur()
        expect(couple.locator(f"#f-{key} [data-status]")).to_have_text("Saved")
        expect(venue.locator(f"#fact-{key}")).to_contain_text(shown, timeout=2000)


def _sign_up(house: RunningHouse, page: Page) -> None:
    page.goto("/sign-up")
    page.get_by_label("Name", exact=True).fill("Story Barn")
    page.get_by_label("What you do").select_option("venue")
    page.get_by_label("Your name").fill("Vera Story")
    page.get_by_label("Email").fill("vera.story@example.org")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="Look in your inbox")).to_be_visible()
    page.goto(letter_link(house, "vera.story@example.org"))
    page.get_by_label("Choose a password").fill("four words of my own")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/s/*/today*")
