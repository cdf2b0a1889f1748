"""How much of who may do what is declared and asked; the figure does not fall unseen."""

from tests.features.matrix import cells


def test_more_than_five_thousand_answers_are_declared_and_asked() -> None:
    assert sum(cells().values()) >= 5000
