import pytest

from training.lite.command_line import STEPS, parsed


def test_all_steps_are_done_unless_some_are_named() -> None:
    assert tuple(parsed([]).steps) == STEPS
    assert parsed(["export", "measure"]).steps == ["export", "measure"]


def test_a_misspelt_step_is_told_with_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        parsed(["mesure"])
    assert "no such step; there are learn, last, export, measure" in capsys.readouterr().err
