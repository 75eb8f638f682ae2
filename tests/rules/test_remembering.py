from rules.remembering import forget_texts, found_once, remembered


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


def test_a_property_is_found_out_once_for_each_thing() -> None:
    class Sentence:
        def __init__(self, text: str) -> None:
            self.text = text
            self.asked = 0

        @found_once
        def words(self) -> list[str]:
            self.asked += 1
            return self.text.split()

    one, other = Sentence("a b"), Sentence("c")
    assert [one.words, one.words, other.words] == [["a", "b"], ["a", "b"], ["c"]]
    assert (one.asked, other.asked) == (1, 1)
