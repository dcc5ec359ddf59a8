"""RingDetector: what scikit-learn asks of an estimator, and what the rings say of each account."""

import pickle
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from made_rings import make_ring, make_rings
from sklearn.base import clone, is_clusterer
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted

import clickgraph as cg
from clickgraph.errors import InputError
from clickgraph.estimator import RingDetector
from clickgraph.rings.document import SCHEMA_VERSION
from clickgraph.rings.features import FEATURES, find_labels, measure_accounts
from clickgraph.simulation.worlds import World


@pytest.fixture(scope="module")
def world() -> World:
    return cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1_000, n_organic_events=10_000, rng=1)


@pytest.fixture(scope="module")
def fitted(world: World) -> RingDetector:
    return RingDetector().fit(world.events)


class TestLabels:
    def test_are_the_rings_of_find_rings(self, world: World, fitted: RingDetector) -> None:
        assert fitted.rings_ == cg.find_rings(world.events)
        ids = fitted.accounts_.to_pylist()
        assert ids == sorted(set(world.events["account"].to_pylist()))
        assert {ids[at] for at in np.flatnonzero(fitted.labels_ == 0)} == set(fitted.rings_[0].accounts.to_pylist())
        assert fitted.labels_.dtype == np.int64
        assert fitted.schema_version_ == SCHEMA_VERSION

    def test_three_ways_to_the_same(self, world: World, fitted: RingDetector) -> None:
        assert np.array_equal(RingDetector().fit_predict(world.events), fitted.labels_)
        assert np.array_equal(fitted.predict(world.events), fitted.labels_)

    def test_of_other_accounts(self, fitted: RingDetector) -> None:
        member = fitted.rings_[0].accounts[0].as_py()
        log = {"account": [member, "nobody"], "content": ["x", "y"], "time": [1.7e9, 1.7e9]}
        labels = dict(zip(sorted([member, "nobody"]), fitted.predict(log).tolist(), strict=True))
        assert labels == {member: 0, "nobody": -1}

    def test_of_several_rings_the_best_and_of_the_verdicts_asked_for(self) -> None:
        rings = make_rings(
            make_ring("r0", ["a", "b"], ["c1"], verdict="candidate"), make_ring("r1", ["b", "c"], ["c2"]),
            make_ring("r2", ["c", "d"], ["c3"]),
        )  # fmt: skip
        accounts = pa.array(["a", "b", "c", "d", "e"])
        assert find_labels(rings, accounts, verdicts=["ring"]).tolist() == [-1, 1, 1, 2, -1]
        assert find_labels(rings, accounts, verdicts=["ring", "candidate"]).tolist() == [0, 0, 1, 2, -1]
        assert find_labels(rings, accounts, verdicts=[]).tolist() == [-1] * 5


class TestFeatures:
    def test_say_what_the_tables_say(self) -> None:
        first = make_ring("r0", ["a", "b"], ["c1", "c2", "c1"], score_bits=50.0)
        first["members"][1]["member_bits"], first["members"][1]["share"] = 12.0, 0.75
        rings = make_rings(first, make_ring("r1", ["b", "c"], ["c2"], score_bits=9.0))
        features = measure_accounts(rings, pa.array(["c", "b", "z"]), verdicts=["ring"])
        assert dict(zip(FEATURES, features[1].tolist(), strict=True)) == {
            "n_rings": 2.0, "score_bits": 50.0, "member_bits": 12.0, "share": 0.75, "n_acts": 3.0, "n_contents": 2.0
        }  # fmt: skip
        assert features[0].tolist() == [1.0, 9.0, 8.0, 0.5, 1.0, 1.0]
        assert features[2].tolist() == [0.0] * 6

    def test_have_the_shape_of_the_accounts(self, world: World, fitted: RingDetector) -> None:
        features = fitted.transform(world.events)
        assert features.shape == (len(fitted.accounts_), len(fitted.get_feature_names_out()))
        assert np.all(np.isfinite(features))
        assert np.array_equal(features[:, 0] > 0, fitted.labels_ >= 0)
        assert np.array_equal(RingDetector().fit_transform(world.events), features)
        assert features[:, 4].sum() == len(fitted.rings_.acts)

    def test_of_no_rings_are_zero(self) -> None:
        log = {"account": ["a", "b"], "content": ["x", "y"], "time": [1.7e9, 1.7e9 + 9]}
        detector = RingDetector().fit(log)
        assert detector.labels_.tolist() == [-1, -1]
        assert not detector.transform(log).any()


class TestParameters:
    def test_go_in_and_out(self) -> None:
        detector = RingDetector(alpha=0.05, windows=["1min"], ignore=["x"])
        assert detector.get_params()["alpha"] == 0.05
        assert RingDetector(**detector.get_params()).get_params() == detector.get_params()
        assert detector.set_params(alpha=0.1, rng=3) is detector
        assert (detector.alpha, detector.rng) == (0.1, 3)
        assert repr(detector) == "RingDetector(windows=['1min'], alpha=0.1, ignore=['x'], rng=3)"

    def test_reach_find_rings(self, world: World) -> None:
        left_out = world.truth["account"].to_pylist()[0]
        table = world.events.to_arrow().rename_columns(["who", "what", "when", "action", "creator"])
        names = {"account": "who", "content": "what", "time": "when"}
        detector = RingDetector(columns=names, ignore=[left_out], layers="merge", resolution=2.0, min_size=4).fit(table)
        assert left_out not in detector.accounts_.to_pylist()
        settings = detector.rings_.settings
        assert (settings["layers"], settings["resolution"], settings["min_size"]) == ("merge", 2.0, 4)

    @pytest.mark.parametrize("verdicts", ["ring", ["farm"], ("ring", "fans")])
    def test_unknown_verdicts_are_refused(self, verdicts: object, world: World) -> None:
        with pytest.raises(InputError, match="a list of verdicts among ring, candidate"):
            RingDetector(verdicts=verdicts).fit(world.events)

    def test_unknown_parameters_are_refused(self) -> None:
        with pytest.raises(InputError, match="parameters among windows, strata"):
            RingDetector().set_params(beta=1)

    def test_bad_values_are_refused_at_fit(self, world: World) -> None:
        with pytest.raises(InputError, match="alpha"):
            RingDetector(alpha=2.0).fit(world.events)

    def test_before_fit_there_is_nothing_to_say(self, world: World) -> None:
        for method in (RingDetector().predict, RingDetector().transform):
            with pytest.raises(InputError, match="call fit first"):
                method(world.events)


class TestScikitLearn:
    def test_clones(self, fitted: RingDetector) -> None:
        windows = ["1min", "1h"]
        detector = clone(RingDetector(windows=windows, alpha=0.2).set_params(min_size=4))
        assert detector.get_params() == RingDetector(windows=windows, alpha=0.2, min_size=4).get_params()
        assert not hasattr(clone(fitted), "rings_")

    def test_is_fitted_when_it_is(self, fitted: RingDetector) -> None:
        check_is_fitted(fitted)
        with pytest.raises(NotFittedError):
            check_is_fitted(RingDetector())

    def test_has_tags(self, fitted: RingDetector) -> None:
        assert is_clusterer(fitted)
        assert get_tags(fitted).target_tags.required is False

    def test_stands_in_a_pipeline(self, world: World, fitted: RingDetector) -> None:
        pipeline = make_pipeline(RingDetector(), StandardScaler())
        features = pipeline.fit_transform(world.events)
        assert features.shape == (len(fitted.accounts_), 6)
        assert np.allclose(features.mean(axis=0), 0.0)
        assert pipeline.set_params(ringdetector__alpha=0.2).named_steps["ringdetector"].alpha == 0.2


def test_pickles(world: World, fitted: RingDetector) -> None:
    again = pickle.loads(pickle.dumps(fitted))
    assert again.rings_ == fitted.rings_
    assert np.array_equal(again.transform(world.events), fitted.transform(world.events))
    assert again.get_params() == fitted.get_params()


def test_does_without_scikit_learn() -> None:
    code = "import sys, clickgraph as cg; cg.RingDetector().get_params(); sys.exit('sklearn' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
