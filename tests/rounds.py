"""Tests that draw their examples by chance: a few each time, many in the long run."""

import hypothesis
import pytest

# Two fifths of the examples that a run makes elsewhere: for what is simple to draw and dear to try.
fewer = hypothesis.settings(max_examples=hypothesis.settings().max_examples * 2 // 5)


def rounds(few: int, many: int, *, long: int = 0) -> pytest.MarkDecorator:
    """Give a test `number`: so many examples each time, more where long tests run, many in `make soak`."""
    more = [pytest.param(long, marks=pytest.mark.long)] if long else []
    return pytest.mark.parametrize("number", [few, *more, pytest.param(many, marks=pytest.mark.soak)])


def seeds(few: int, many: int, *, long: int = 0) -> pytest.MarkDecorator:
    """Give a test `seed`: the first few each time, more where long tests run, all the others in `make soak`."""
    more = (
        pytest.param(seed, marks=pytest.mark.long if seed < long else pytest.mark.soak) for seed in range(few, many)
    )
    return pytest.mark.parametrize("seed", [*range(few), *more])


# Gives a test `everything`: False each time, True in `make soak`.
few_and_all = pytest.mark.parametrize("everything", [False, pytest.param(True, marks=pytest.mark.soak)])
