"""Answer and Explanation: questions about a ring, each with its numbers and the sentences that say them."""

import html
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from clickgraph.rings.document import plain
from clickgraph.rings.ring import Evidence

SCHEMA = "clickgraph/explanation"
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """One question, answered.

    Attributes
    ----------
    question : str
        "who", "for whom", "when", ...
    sentences : tuple of str
        The answer in words; every number in it stands in `facts`.
    facts : mapping
        The numbers behind the words, by name; values that :meth:`Explanation.to_dict` makes fit for JSON.

    Examples
    --------
    >>> Answer("who", ("4 accounts.",), {"n_accounts": 4}).facts["n_accounts"]
    4
    """

    question: str
    sentences: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Why a ring was reported, how a member belongs to it, or what ties two accounts.

    Attributes
    ----------
    subject : str
        What is explained: "ring", "member" or "pair".
    answers : tuple of Answer
        The questions in the order in which a reader asks them.
    evidence : tuple of Evidence
        The pieces; their bits add up to the ring's ``score_bits`` (of a pair: to the bits of its tie).

    Examples
    --------
    >>> print(Explanation("ring", answers=(Answer("who", ("4 accounts are suspected.",)),)))
    4 accounts are suspected.
    """

    subject: str
    answers: tuple[Answer, ...]
    evidence: tuple[Evidence, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """All sentences, in order."""
        return tuple(sentence for answer in self.answers for sentence in answer.sentences)

    @property
    def facts(self) -> dict[str, Mapping[str, Any]]:
        """The numbers of each answer, by its question."""
        return {answer.question: answer.facts for answer in self.answers}

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as values that JSON can carry, of the versioned ``explanation.schema.json``."""
        document: dict[str, Any] = plain(
            {
                "schema": SCHEMA,
                "schema_version": SCHEMA_VERSION,
                "subject": self.subject,
                "sentences": self.sentences,
                "answers": [
                    {"question": answer.question, "sentences": answer.sentences, "facts": answer.facts}
                    for answer in self.answers
                ],
                "evidence": [asdict(piece) for piece in self.evidence],
            }
        )
        return document

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Explanation):
            return NotImplemented
        # A repr is exact for floats, and unlike == it finds one NaN equal to another.
        return repr(self) == repr(other)

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        parts = (
            f"<h4>{html.escape(answer.question.capitalize())}</h4>\n"
            + "".join(f"<p>{html.escape(sentence)}</p>\n" for sentence in answer.sentences)
            for answer in self.answers
            if answer.sentences
        )
        return "".join(parts)
