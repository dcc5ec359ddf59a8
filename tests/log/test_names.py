import pytest

from clickgraph.errors import InputError
from clickgraph.log.names import AUTO, find_names

ROLES = ("account", "content", "time", "action", "post")


def names_of(found: str, **given: str | None) -> dict[str, str]:
    names = find_names(found.split(), given=dict.fromkeys(ROLES, AUTO) | given)
    return {role: name for role, name in names.by_role().items() if name is not None}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("account content time", "account content time"),
        ("time post_id action content account", "account content time action post_id"),
        (
            "object_id account_id content_id timestamp_share",
            "account_id object_id timestamp_share content_id",
        ),
        ("actor repo_name starred_at", "actor repo_name starred_at"),
        ("userId movieId rating timestamp", "userId movieId timestamp"),
        ("user item timestamp", "user item timestamp"),
        ("user_id username video_id date created_at", "user_id video_id created_at"),
        ("User-ID Video.ID Time", "User-ID Video.ID Time"),
        ("user_id tweet_id created_at", "user_id tweet_id created_at"),
        ("user_id post_id timestamp event_type", "user_id post_id timestamp event_type"),
        ("user_id tweet_id url created_at", "user_id url created_at tweet_id"),
        ("account content_id time", "account content_id time"),
        ("account content time Time", "account content time"),
        ("account content time type", "account content time"),
    ],
)
def test_common_names_are_recognised(found: str, expected: str) -> None:
    assert list(names_of(found).values()) == expected.split()


def test_a_name_that_is_given_wins() -> None:
    assert names_of("user_id post_id like_of timestamp", content="like_of") == {
        "account": "user_id",
        "content": "like_of",
        "time": "timestamp",
        "post": "post_id",
    }


def test_without_time_a_column_of_times_has_no_role() -> None:
    assert "time" not in names_of("account content time", time=None)


@pytest.mark.parametrize(
    ("found", "role"),
    [("user_id actor_id content time", "account"), ("account video_id url time", "content"),
     ("account content time action_type event_type", "action")],
)  # fmt: skip
def test_two_names_of_one_rank_are_ambiguous(found: str, role: str) -> None:
    with pytest.raises(InputError, match=rf"one column for the {role}; found 2: .*say which.*{role}='"):
        names_of(found)


@pytest.mark.parametrize(("found", "role"), [("a content time", "account"), ("account b time", "content")])
def test_a_missing_column_is_an_error_that_lists_the_others(found: str, role: str) -> None:
    with pytest.raises(InputError, match=rf"a column for the {role}; found the columns .*{role}='\.\.\.'"):
        names_of(found)


def test_a_log_without_times_must_be_asked_for() -> None:
    with pytest.raises(InputError, match=r"a column for the time; .* with time=None"):
        names_of("account content")


def test_a_misspelt_name_is_answered_with_a_close_one() -> None:
    with pytest.raises(InputError, match=r"a column 'acount' as account; .*did you mean account='account'"):
        names_of("account content time", account="acount")


def test_hostile_names_are_shown_escaped() -> None:
    with pytest.raises(InputError) as caught:
        find_names(["a\x1b[31m", "b"], given=dict.fromkeys(ROLES, AUTO))
    assert "\x1b" not in str(caught.value)


def test_one_column_cannot_have_two_roles() -> None:
    with pytest.raises(InputError, match="a column of its own for each role; found account, account"):
        names_of("account x time", account="account", content="account")


def test_columns_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="columns of different names; found more than one column time"):
        names_of("account content time time")


def test_a_name_is_text() -> None:
    with pytest.raises(InputError, match="the name of a column as account; found 3"):
        names_of("account content time", account=3)  # type: ignore[arg-type]
