"""Call sites: the innermost line of one's own code."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from completion_analytics.frames.callsites import Frame, callsite, is_library, shorten

OPENAI: Frame = ("/venv/lib/python3.12/site-packages/openai/_base_client.py", 1794, "post")
UVICORN: Frame = ("/venv/lib/python3.12/site-packages/uvicorn/main.py", 12, "run")
STACK: list[Frame] = [UVICORN, ("app/api.py", 40, "get"), ("app/rag.py", 88, "answer"), OPENAI]


def test_the_innermost_frame_outside_libraries_is_the_call_site() -> None:
    assert callsite(STACK) == "app/rag.py:88 answer"


def test_a_package_without_its_folder_may_stand_outermost() -> None:
    stack: list[Frame] = [("uvicorn/main.py", 1, "run"), *STACK[1:3], ("openai/_client.py", 1, "f")]
    assert callsite(stack) == "app/rag.py:88 answer"


def test_a_stack_that_runs_innermost_first_is_read_backwards() -> None:
    assert callsite([OPENAI, ("app/rag.py", 88, "answer"), ("app/main.py", 3, "main")]) == (
        "app/rag.py:88 answer"
    )


def test_an_asynchronous_stack_runs_through_asyncio_to_ones_own_coroutine() -> None:
    loop: Frame = ("/pyenv/versions/3.11.7/lib/python3.11/asyncio/events.py", 80, "_run")
    assert callsite([("app/run.py", 1, "<module>"), loop, ("app/run.py", 9, "ask"), OPENAI]) == (
        "app/run.py:9 ask"
    )


@pytest.mark.parametrize("frames", [[], [OPENAI], [(None, 3, "f")], [UVICORN, OPENAI]])
def test_without_a_frame_of_ones_own_there_is_no_call_site(frames: list[Frame]) -> None:
    assert callsite(frames) is None


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (("app/a.py", 3.0, "f"), "app/a.py:3 f"),
        (("app/index.js", 12, None), "app/index.js:12"),
        (("app/a.py", None, "f"), "app/a.py f"),
    ],
)
def test_what_is_unknown_of_a_frame_is_left_out(frame: Frame, expected: str) -> None:
    assert callsite([frame]) == expected


@pytest.mark.parametrize(
    "file",
    [
        "/venv/lib/python3.11/site-packages/httpx/_client.py",
        "/usr/lib/python3/dist-packages/requests/api.py",
        "/usr/lib/python3.11/threading.py",
        "/srv/web/node_modules/openai/core.js",
        "<frozen importlib._bootstrap>",
        "C:\\venv\\Lib\\site-packages\\log10\\load.py",
        "C:\\Python311\\Lib\\asyncio\\events.py",
        "/home/dev/log10py/log10/load.py",
        "litellm/main.py",
        "anthropic/_client.py",
        "node:internal/process/task_queues",
    ],
)
def test_installed_packages_and_the_standard_library_are_libraries(file: str) -> None:
    assert is_library(file)


@pytest.mark.parametrize(
    "file", ["app/rag.py", "/srv/app/openai.py", "/home/dev/lib/tools.py", "<ipython-input-1>"]
)
def test_ones_own_files_are_no_libraries(file: str) -> None:
    assert not is_library(file)


frames = st.sampled_from([OPENAI, UVICORN, *STACK[1:3], ("app/main.py", 1, "main")])


@given(st.lists(frames), st.integers(1, 3))
@settings(deadline=None)
def test_library_frames_at_the_inner_end_change_nothing(stack: list[Frame], n: int) -> None:
    outermost_first = [("app/main.py", 1, "main"), *stack]
    assert callsite(outermost_first + [OPENAI] * n) == callsite(outermost_first)


def test_shortening_keeps_the_folder_and_the_file() -> None:
    assert shorten(["/srv/app/rag.py:88 answer"]) == {
        "/srv/app/rag.py:88 answer": "app/rag.py:88 answer"
    }


def test_shortening_keeps_as_many_folders_as_tell_two_files_apart() -> None:
    assert shorten(["/a/job/run.py:1 f", "/b/job/run.py:9 g", "/b/job/stop.py:1 f"]) == {
        "/a/job/run.py:1 f": "a/job/run.py:1 f",
        "/b/job/run.py:9 g": "b/job/run.py:9 g",
        "/b/job/stop.py:1 f": "job/stop.py:1 f",
    }


def test_a_path_that_ends_another_one_is_kept_whole() -> None:
    assert shorten(["job/run.py", "/a/job/run.py"]) == {
        "job/run.py": "job/run.py",
        "/a/job/run.py": "a/job/run.py",
    }


paths = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=5).map("/".join)


@given(st.sets(paths))
@settings(deadline=None)
def test_shortened_paths_stay_apart_and_end_the_path(keys: set[str]) -> None:
    short = shorten(keys)
    assert len(set(short.values())) == len(keys)
    assert all(key.endswith(ending) for key, ending in short.items())
