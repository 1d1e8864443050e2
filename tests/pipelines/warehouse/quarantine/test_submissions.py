"""Finding the submissions to set aside, whatever they are and however many."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.warehouse.quarantine.submissions import find_offenders


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(1, n), min_size=1))))
def test_all_offenders_are_found_and_nobody_else(case: tuple[int, set[int]]) -> None:
    count, guilty = case
    numbers = range(1, count + 1)
    assert find_offenders(numbers, lambda left_out: guilty <= left_out) == guilty


def test_nobody_is_to_blame_when_the_build_fails_without_any_of_them() -> None:
    assert find_offenders([4, 5, 6], lambda left_out: False) is None
    assert find_offenders([], lambda left_out: True) is None


def test_of_two_that_break_only_together_the_later_is_set_aside() -> None:
    assert find_offenders([3, 1, 7, 5], lambda left_out: bool({1, 5} & left_out)) == {5}


def test_few_builds_find_one_offender_among_many() -> None:
    trials = []

    def builds_without(left_out: frozenset[int]) -> bool:
        trials.append(left_out)
        return 613 in left_out

    assert find_offenders(range(1, 1001), builds_without) == {613}
    assert len(trials) <= 22
