"""RingDetector: the scikit-learn way in, without scikit-learn."""

import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clickgraph.detection import find_rings
from clickgraph.errors import InputError
from clickgraph.graph.windows import WindowLike
from clickgraph.log.events import Events
from clickgraph.log.readers import read_events
from clickgraph.log.text import printable
from clickgraph.rings.document import SCHEMA_VERSION
from clickgraph.rings.features import FEATURES, find_labels, measure_accounts
from clickgraph.rings.model import Rings
from clickgraph.rings.ring import VERDICTS
from clickgraph.settings import ALPHA, FALSE_TIES, MIN_SHARED, MIN_SIZE, RESOLUTION


class RingDetector:
    """Find rings as an estimator that pipelines can hold: accounts are its samples, their rings its labels.

    X is an engagement log, whatever :func:`clickgraph.read_events` takes; its accounts, sorted, are the samples.

    Parameters
    ----------
    windows, strata, alpha, resolution, min_size, min_shared, false_ties, ignore, layers, rng, n_threads
        As for :func:`clickgraph.find_rings`.
    verdicts : sequence of str
        The verdicts of the groups that labels and features tell of: "ring", "audience", "candidate", "not enough data".
    columns : dict, optional
        Names of columns and `timezone`, as :func:`clickgraph.read_events` takes them.

    Attributes
    ----------
    rings_ : Rings
        All groups found in the log of :meth:`fit`, of any verdict.
    accounts_ : pyarrow.Array
        The ids of the accounts of that log, sorted.
    labels_ : ndarray of int64, shape (n_accounts,)
        The position in `rings_` of each account's best ring of the `verdicts`, -1 for none.
    schema_version_ : int
        Of the document that ``rings_.to_dict()`` returns.

    Notes
    -----
    Deterministic: the same log and parameters give the same labels. It pickles, and can be cloned by
    ``sklearn.base.clone``; scikit-learn itself is not needed.

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> detector = cg.RingDetector(alpha=0.001).fit(world.events)
    >>> int((detector.labels_ == 0).sum()), detector.transform(world.events).shape[1]
    (60, 6)
    """

    _estimator_type = "clusterer"

    rings_: Rings
    accounts_: pa.Array
    labels_: NDArray[np.int64]
    schema_version_: int

    def __init__(
        self,
        *,
        windows: str | Sequence[WindowLike] = "auto",
        strata: str | None = None,
        alpha: float = ALPHA.default,
        resolution: float = RESOLUTION.default,
        min_size: int = int(MIN_SIZE.default),
        min_shared: int = int(MIN_SHARED.default),
        false_ties: float = FALSE_TIES.default,
        ignore: Iterable[object] = (),
        layers: Literal["separate", "merge"] = "separate",
        rng: int = 0,
        n_threads: int | None = None,
        verdicts: Sequence[str] = ("ring",),
        columns: dict[str, Any] | None = None,
    ) -> None:
        # As they are: who clones an estimator compares the parameters by identity.
        self.windows = windows
        self.strata = strata
        self.alpha = alpha
        self.resolution = resolution
        self.min_size = min_size
        self.min_shared = min_shared
        self.false_ties = false_ties
        self.ignore = ignore
        self.layers = layers
        self.rng = rng
        self.n_threads = n_threads
        self.verdicts = verdicts
        self.columns = columns

    def fit(self, X: object, y: object = None) -> "RingDetector":  # noqa: ARG002
        """Find the rings of the log `X`; `y` is not used.

        Returns
        -------
        RingDetector
            Itself, with the attributes that end in an underscore.

        Raises
        ------
        InputError
            If the log or a parameter cannot be used.
        """
        self._check_verdicts()
        events = self._read(X)
        knobs = {
            name: value for name, value in self.get_params().items() if name not in ("verdicts", "columns", "ignore")
        }
        self.rings_ = find_rings(events, **knobs)
        self.accounts_ = events.account_ids
        self.labels_ = find_labels(self.rings_, events.account_ids, verdicts=self.verdicts)
        self.schema_version_ = SCHEMA_VERSION
        return self

    def fit_predict(self, X: object, y: object = None) -> NDArray[np.int64]:
        """Find the rings of the log `X` and return the label of each of its accounts: int64 (n_accounts,)."""
        return self.fit(X, y).labels_

    def predict(self, X: object) -> NDArray[np.int64]:
        """Return the label, from the fitted rings, of each account of the log `X`, sorted: int64 (n_accounts,)."""
        self._check_fitted()
        return find_labels(self.rings_, self._read(X).account_ids, verdicts=self.verdicts)

    def transform(self, X: object) -> NDArray[np.float64]:
        """Return the features of each account of the log `X`, sorted, from the fitted rings.

        Returns
        -------
        ndarray of float64, shape (n_accounts, 6)
            n_rings: rings that hold the account; and of the best of them score_bits, member_bits, share (of the
            account's events in its bursts), n_acts (in its bursts) and n_contents (of those). All zero for an account
            of none.
        """
        self._check_fitted()
        return measure_accounts(self.rings_, self._read(X).account_ids, verdicts=self.verdicts)

    def fit_transform(self, X: object, y: object = None) -> NDArray[np.float64]:
        """Find the rings of the log `X` and return the features of its accounts: float64 (n_accounts, 6)."""
        return self.fit(X, y).transform(X)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:  # noqa: ARG002
        """Return the names of the columns of :meth:`transform`."""
        return np.array(FEATURES, dtype=object)

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002
        """Return the parameters by name."""
        names = list(inspect.signature(type(self).__init__).parameters)[1:]
        return {name: getattr(self, name) for name in names}

    def set_params(self, **params: Any) -> "RingDetector":
        """Set parameters by name; InputError for one that does not exist."""
        known = self.get_params()
        unknown = [name for name in params if name not in known]
        if unknown:
            raise InputError(f"parameters among {', '.join(known)}", ", ".join(map(printable, unknown)))
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __sklearn_tags__(self) -> Any:
        """Return what scikit-learn asks of an estimator; only it calls this."""
        from sklearn.utils import InputTags, Tags, TargetTags, TransformerTags

        return Tags(
            estimator_type="clusterer", target_tags=TargetTags(required=False), transformer_tags=TransformerTags(),
            input_tags=InputTags(two_d_array=False), no_validation=True,
        )  # fmt: skip

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self).__init__).parameters
        given = [f"{name}={value!r}" for name, value in self.get_params().items() if value != defaults[name].default]
        return f"RingDetector({', '.join(given)})"

    def _read(self, X: object) -> Events:
        columns = {} if self.columns is None else self.columns
        known = [
            name for name in inspect.signature(read_events).parameters if name not in ("source", "layers", "ignore")
        ]
        if not isinstance(columns, Mapping) or not set(columns) <= set(known):
            raise InputError(f"columns as a dict with the keys {', '.join(known)}", printable(repr(columns)))
        kept = {"keep": () if self.strata is None else (self.strata,)}
        return read_events(X, layers=self.layers, ignore=self.ignore, **{**kept, **columns})

    def _check_verdicts(self) -> None:
        asked = self.verdicts
        if isinstance(asked, str) or not isinstance(asked, Iterable) or not set(asked) <= set(VERDICTS):
            raise InputError(f"a list of verdicts among {', '.join(VERDICTS)}", printable(repr(asked)))

    def _check_fitted(self) -> None:
        if not hasattr(self, "rings_"):
            raise InputError("a fitted RingDetector", "one that was not", "call fit first")
