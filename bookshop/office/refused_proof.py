"""A proof that was not accepted."""


class RefusedProof(Exception):
    """`problem` is a word that the page knows; the next attempt is accepted after `seconds`."""

    def __init__(self, problem: str, seconds: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.seconds = seconds
