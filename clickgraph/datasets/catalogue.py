"""The catalogue of public data sets: where each lies, under which terms, and what it must look like."""

from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class DataSet:
    """A public data set.

    Attributes
    ----------
    repository, commit : str
        The GitHub repository and the commit that pins every byte of it.
    paths : mapping of str to str or None
        Each file, with its SHA-256 where that is known. None: the commit pins the file, and what is verified are the
        events that are made of it, by `digest`.
    terms : str
        The licence, and what its publishers ask.
    about : str
        What it holds, in a sentence.
    digest : str
        What :func:`clickgraph.datasets.digest.digest_of` must say of the events, however accounts are called.
    other_parts : tuple of str
        Tables beside "events".
    """

    repository: str
    commit: str
    paths: MappingProxyType[str, str | None]
    terms: str
    about: str
    digest: str
    other_parts: tuple[str, ...] = field(default=())

    @property
    def source(self) -> str:
        """The repository at its commit, as an address for a person."""
        return f"https://github.com/{self.repository}/tree/{self.commit}"

    def url(self, path: str) -> str:
        """Return the address of one file."""
        return f"https://raw.githubusercontent.com/{self.repository}/{self.commit}/{path}"


def _paths(hashes: dict[str, str | None]) -> MappingProxyType[str, str | None]:
    return MappingProxyType(hashes)


# Which course (module) of the Open University ran in which terms.
OULAD_RUNS = tuple(
    (module, term)
    for module, terms in {
        "AAA": "2013J 2014J", "BBB": "2013B 2013J 2014B 2014J", "CCC": "2014B 2014J", "DDD": "2013B 2013J 2014B 2014J",
        "EEE": "2013J 2014B 2014J", "FFF": "2013B 2013J 2014B 2014J", "GGG": "2013J 2014B 2014J",
    }.items()
    for term in terms.split()
)  # fmt: skip
OULAD_PART = "inst/extdata/studentVle_ds/code_module={}/code_presentation={}/part-0.parquet"
OULAD_PAGES = "inst/extdata/vle.parquet"

_COORTWEET = ("nicolarighetti/CooRTweet", "d31a008e7a1d41645519aefea3917d9c3a741518")
_RUSSIAN = "327cee3aa48d814959d6c8edfd89331ac24419d51ef8de02b3b6eaadd3dd236f"
_GERMAN = "e67dade7cfb680f894793b79e65e168982b6da55aaa84c93e5dc91e936e00afb"

DATA_SETS: MappingProxyType[str, DataSet] = MappingProxyType(
    {
        "german_elections": DataSet(
            *_COORTWEET,
            _paths({"data/german_elections.rda": _GERMAN}),
            "MIT; ids hashed by its publishers",
            "Posts before the German election of 2021 with their links, domains, hashtags and images.",
            "e0c0ba5426ea4b33",
        ),
        "github_fake_stars": DataSet(
            "hehao98/StarScout",
            "c955b489ab6fd29f2d8bfae260be56b27cfe89aa",
            _paths({"data/dagster_test/fake_stars_obvious_users.csv": None}),
            "Apache-2.0; accounts are suspected, for statistics, not for naming (He et al., ICSE 2026)",
            "Stars of accounts that did next to nothing else: all suspected, by a weak rule; nothing organic.",
            "f54d7ea1129236b3",
        ),
        "movielens_latest_small": DataSet(
            "elliotjoejordan/python-pandas-web-film-app",
            "7b791713959ced255c772418b45f9709cfa1afa5",
            _paths({"ml-latest-small/ratings.csv": None}),
            "GroupLens: research, no commercial use without permission (Harper and Konstan 2015, DOI 10.1145/2827872)",
            "Films rated by people; organic.",
            "cd4aab82342c5071",
        ),
        "oulad_clicks": DataSet(
            "data-edu/oulad",
            "6dbdeded51af7fc8fb3d6ea765553c7cd3c9ada4",
            _paths({OULAD_PAGES: None, **{OULAD_PART.format(*run): None for run in OULAD_RUNS}}),
            "CC BY 4.0 (Kuzilek, Hlosta, Zdrahal 2017, DOI 10.1038/sdata.2017.171)",
            "Clicks of students on course pages, by the day; organic.",
            "b787319371a508ba",
            ("contents",),
        ),
        "russian_coord_tweets": DataSet(
            *_COORTWEET,
            _paths({"data/russian_coord_tweets.rda": _RUSSIAN}),
            "MIT; ids hashed by its publishers",
            "Retweets of a sample that CooRTweet's authors ship as their coordinated example.",
            "3a43047bdf185da3",
        ),
        "stargazers_ghost": DataSet(
            "hehao98/StarScout",
            "5ab374a73c4e788fcbf5160b70e2853b7931229b",
            _paths({"data/checkpoint_repo_events.csv": None, "scripts/analysis/checkpoint.py": None}),
            "Apache-2.0; accounts are suspected, for statistics, not for naming (He et al., ICSE 2026)",
            "Events of the accounts and repositories around the Stargazers Ghost Network.",
            "cf000083e3908cf9",
            ("accounts",),
        ),
    }
)
