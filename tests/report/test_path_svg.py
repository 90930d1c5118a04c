"""A path becomes a diagram that stands by itself: every step is in it, and where packets are lost is marked."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from stack_verify.report.formats.html.path_svg import path_svg

SVG = "{http://www.w3.org/2000/svg}"
OPEN = (
    "internet",
    "igw-1 translates",
    "sg-alb lets requests in by sg-alb: tcp 443, 0.0.0.0/0 (World to load balancer)",
    "acl-1 lets answers out by rule 100: allow all traffic 0.0.0.0/0",
    "app/web",
)
BROKEN = ("internet", "igw-1 translates", "blocked at sg-alb lets requests in: tcp 443")
PARTLY = (
    "internet",
    "acl-1 lets requests in by rule 5: allow tcp 443 1.0.0.0/8, but not tcp 443 from 2.0.0.0/7",
    "app/web",
)


def drawing(path, title="The internet reaches the load balancer"):
    return ET.fromstring(path_svg(path, title))


def lines(path, **look):
    """The lines of text that look so."""
    every = drawing(path).iter(f"{SVG}text")
    return [each.text for each in every if all(each.get(name) == value for name, value in look.items())]


def marks(path):
    """Of each step, the ink of its circle, and by how many strokes it is crossed."""
    circles, strokes = list(drawing(path).iter(f"{SVG}circle")), list(drawing(path).iter(f"{SVG}line"))
    crossing = [int(each.get("y1")) + int(each.get("y2")) for each in strokes if each.get("x1") != each.get("x2")]
    return [(each.get("stroke"), crossing.count(2 * int(each.get("cy")))) for each in circles]


def test_each_step_stands_below_the_one_before_with_its_rules_beneath_its_name():
    assert lines(OPEN) == [
        "internet",
        "igw-1 translates",
        "sg-alb lets requests in",
        "by sg-alb: tcp 443, 0.0.0.0/0 (World to load balancer)",
        "acl-1 lets answers out",
        "by rule 100: allow all traffic 0.0.0.0/0",
        "app/web",
    ]
    assert lines(OPEN, **{"font-weight": "bold"}) == [
        "internet",
        "igw-1 translates",
        "sg-alb lets requests in",
        "acl-1 lets answers out",
        "app/web",
    ]
    heights = [int(each.get("y")) for each in drawing(OPEN).iter(f"{SVG}text")]
    assert heights == sorted(set(heights))
    assert heights[-1] < int(drawing(OPEN).get("height"))


def test_an_open_path_has_no_mark_of_a_loss():
    assert marks(OPEN) == [("currentColor", 0)] * 5
    assert lines(OPEN, fill="currentColor") == lines(OPEN)


def test_the_hop_that_blocks_is_crossed_out_and_nothing_comes_after_it():
    assert marks(BROKEN) == [("currentColor", 0), ("currentColor", 0), ("var(--failed, currentColor)", 2)]
    assert lines(BROKEN)[-2:] == ["blocked at sg-alb lets requests in", "tcp 443"]
    assert lines(BROKEN, fill="var(--failed, currentColor)") == ["tcp 443"]


def test_a_hop_that_lets_a_part_pass_has_one_stroke_and_tells_the_rest():
    assert marks(PARTLY) == [("currentColor", 0), ("var(--failed, currentColor)", 1), ("currentColor", 0)]
    assert lines(PARTLY, fill="var(--failed, currentColor)") == ["but not tcp 443 from 2.0.0.0/7"]


@pytest.mark.parametrize(("path", "ways"), [(OPEN, 4), (BROKEN, 2), (("internet",), 0)])
def test_every_two_steps_are_joined(path, ways):
    down = [each for each in drawing(path).iter(f"{SVG}line") if each.get("x1") == each.get("x2")]
    centres = [each.get("cy") for each in drawing(path).iter(f"{SVG}circle")]
    assert [(each.get("y1"), each.get("y2")) for each in down] == list(pairwise(centres))
    assert len(down) == ways


def test_who_does_not_see_it_is_told_its_name_and_all_of_it():
    svg = drawing(BROKEN)
    assert svg.get("role") == "img"
    assert svg[0].tag == f"{SVG}title"
    assert svg[0].text == "The internet reaches the load balancer"
    assert svg[1].tag == f"{SVG}desc"
    assert svg[1].text == " -> ".join(BROKEN)


def test_whatever_somebody_wrote_into_a_description_is_text():
    rude = 'sg-1 lets requests in by tcp 443 (<script>alert("&")</script>\x1b[31m\u202e\n)'
    svg = path_svg(("a", rude, "b"), '"</title><b>')
    assert "<script" not in svg
    assert "\x1b" not in svg
    assert "\u202e" not in svg
    assert [each.text for each in drawing(("a", rude, "b")).iter(f"{SVG}text")][2] == (
        'by tcp 443 (<script>alert("&")</script>\\x1b[31m\\u202e )'
    )


def test_long_lines_are_folded_to_the_width():
    path = ("internet", f"sg-1 lets requests in by {'tcp 443, 10.0.0.0/8; ' * 20}{'x' * 200}", "app/web")
    assert max(len(line) for line in lines(path)) <= 90


def test_it_may_stand_in_a_page_many_times_and_takes_its_colours_from_there():
    svg = path_svg(PARTLY, "a")
    assert svg == path_svg(PARTLY, "a")
    names = {name for each in drawing(PARTLY).iter() for name in each.attrib}
    assert not names & {"id", "style", "href"}
    inks = {each.get(name) for each in drawing(PARTLY).iter() for name in ("fill", "stroke")} - {None}
    assert inks == {"currentColor", "var(--failed, currentColor)", "var(--ground, Canvas)"}
