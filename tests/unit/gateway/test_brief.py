"""A cache for what may be a moment old."""

from services.gateway.brief import Brief


def test_answers_are_kept_for_their_time() -> None:
    now = [0.0]
    asked: list[int] = []
    cache: Brief[int] = Brief(1.0, most=2, timer=lambda: now[0])

    def ask() -> int:
        asked.append(len(asked))
        return asked[-1]

    assert [cache.get("a", ask), cache.get("a", ask)] == [0, 0]
    now[0] = 1.0
    assert cache.get("a", ask) == 1
    cache.forget("a")
    assert cache.get("a", ask) == 2
    for key in "bcd":
        cache.get(key, ask)
    assert cache.get("a", ask) == 6
