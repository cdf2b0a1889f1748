"""A runbook is read at three in the morning: every command in it is there, and how to get at it stands in one place."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import pytest

from wedsync.entrypoints.cli import command_line

ROOT: Final = Path(__file__).resolve().parents[2]
AT_HAND: Final = "at-hand.md"
PAGES: Final = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "docs/runbooks").glob("*.md"))}
HOWTOS: Final = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "docs/howto").glob("*.md"))}
SAID: Final = re.compile(r"`(?:[A-Z_]+=\S+ )*wedsync ([^`]+)`")
OF_ONE_INSTALLATION: Final = re.compile(r"\.venv/bin/wedsync|127\.0\.0\.1:\d+")


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {AT_HAND}))
def test_a_runbook_says_where_everything_is_at_hand_and_nothing_of_that_itself(name: str) -> None:
    assert f"({AT_HAND})" in PAGES[name]
    assert OF_ONE_INSTALLATION.findall(PAGES[name]) == []


@pytest.mark.parametrize("page", [*PAGES.values(), *HOWTOS.values()], ids=[*PAGES, *HOWTOS])
def test_a_page_names_only_commands_and_options_that_there_are(page: str) -> None:
    assert list(unheard_of(page)) == []


def test_a_command_that_there_is_not_is_found() -> None:
    page = "`wedsync freeze overide list`, then `A=b wedsync doctor --loud`; `wedsync up` and `wedsync backup\nrun --full`."
    assert list(unheard_of(page)) == ["freeze overide", "doctor --loud"]


def unheard_of(page: str) -> Iterator[str]:
    for said in SAID.findall(page):
        command: click.Command = command_line()
        path: list[str] = []
        for word in said.split():
            if isinstance(command, click.Group) and word[0].isalpha():
                path.append(word)
                if word not in command.commands:
                    yield " ".join(path)
                    break
                command = command.commands[word]
            elif word.startswith("--") and word not in options_of(command):
                yield " ".join([*path, word])


def options_of(command: click.Command) -> set[str]:
    return {name for each in command.params for name in each.opts}
