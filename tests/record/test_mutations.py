"""No mutation of record, signature or signers file is taken."""

from mutations import tried


def test_five_hundred_mutations() -> None:
    said, wrong = tried(500, seed=5)
    assert wrong == []
    assert said["refused"] > 400
