"""Why WedSync cannot start, in one sentence for a person and one number for a script."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What `wedsync up` ends with; each number means one thing for ever."""

    STOPPED = 0
    FAILED = 1
    SETTINGS = 10
    ALREADY_RUNNING = 11
    PORT_TAKEN = 12
    DISK_FULL = 13
    BINARIES_MISSING = 14
    FOREIGN_DATA = 15
    HOME_UNUSABLE = 16
    CHILD_FAILED = 17
    MIGRATION_FAILED = 18


class CannotStart(Exception):  # noqa: N818 - it reads as the sentence it carries
    """Raised before anything is half done; whatever was started is stopped by whoever catches it."""

    def __init__(self, code: ExitCode, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
