"""What the process of a run says while it works, and at the end."""

import json

from services.placements.domain.matching.canonical import to_json
from services.placements.jobs.solving import main
from tests.placements.domain.matching.rounds import a_drawn_round


def test_progress_says_from_the_first_aim_on_how_many_are_placed(capsys):
    main([to_json(a_drawn_round(3, requests=12, offers=12))])
    *told, last = map(json.loads, capsys.readouterr().out.splitlines())
    progress = [each["progress"] for each in told]
    aims = [each["code"] for each in last["result"]["aims"]]
    assert [each["aim"] for each in progress] == [*aims, aims[-1]]
    assert [each["stage"] for each in progress] == ["solving"] * len(aims) + ["explaining"]
    assert {each["placed"] for each in progress} == {last["result"]["outcome"]["placed"]}
