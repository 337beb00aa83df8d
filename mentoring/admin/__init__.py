"""The staff desk of mentoring: who enrolled, the pairs, the rounds, and concerns for the safeguarding officer alone."""

from . import concerns_desk, enrolment_desk, pairs_desk, rounds_desk, weights_desk

__all__ = ["concerns_desk", "enrolment_desk", "pairs_desk", "rounds_desk", "weights_desk"]
