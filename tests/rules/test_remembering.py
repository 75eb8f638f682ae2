from rules.remembering import forget_texts, remembered


def test_what_is_found_out_is_kept_until_it_is_forgotten() -> None:
    asked: list[str] = []

    @remembered(2)
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    for text in ("one", "one", "three", "one"):
        assert length(text) == len(text)
    assert asked == ["one", "three"]
    forget_texts()
    assert length("one") == 3
    assert asked == ["one", "three", "one"]
