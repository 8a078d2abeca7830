"""An area with the codes of before of what became part of it."""

from linli_kernel.codes.succession import Succession

MAJIA, TODAY = "511703119000", "511703108000"
KNOWN = Succession([(MAJIA, TODAY), ("511703120000", MAJIA), ("511703108201", "511703108002")])


def test_a_township_answers_for_what_became_part_of_it_in_several_steps() -> None:
    assert KNOWN.widened(["511703108"]) == ("511703108", "511703119", "511703120")


def test_a_village_answers_for_the_village_it_was_and_not_for_its_old_township() -> None:
    assert KNOWN.widened(["511703108002"]) == ("511703108002", "511703108201")


def test_who_has_both_already_or_neither_gains_nothing() -> None:
    for area in ([], ["511703"], ["5117"], ["511703109"], ["511703119"]):
        assert KNOWN.widened(area) == tuple(area)


def test_a_circle_in_the_list_ends() -> None:
    circle = Succession([("511703119000", "511703108000"), ("511703108000", "511703119000")])
    assert circle.widened(["511703108"])


def test_what_moved_into_another_township_is_named_and_what_only_changed_its_number_is_not() -> None:
    moved = Succession(
        [
            ("421202105209", "421202104221"),
            ("421202104217", "421202104221"),
            ("421203101200", "421202104222"),
            ("421202107000", "421202108000"),
        ]
    )
    assert moved.moved(["421202"], 9) == ["421202105209"]
    assert moved.moved(["4212"], 9) == ["421202105209", "421203101200"]
    assert moved.moved(["421202104"], 9) == []
