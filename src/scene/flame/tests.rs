use super::*;
use crate::analysis::ledger::tests::counted;

const RUN: &str = "run 0..100 agent=ops is=agent
  chat 0..10 is=llm model=m tokens=3/1
  tool 20..80 is=tool
    chat 20..70 is=llm model=m tokens=1/1
    chat 20..70 is=llm model=m tokens=1/1
  chat 90..95 is=llm model=m
  tiny 95..96
  tinier 96..97
run 200..210 trace=2";

fn drawn(drawing: &str, request: &DrawRequest) -> Drawn {
    let counted = counted(drawing);
    flame(counted.ledger(), &counted.part(), request)
}

fn request(measure: u8, path: &[&str], width: u16) -> DrawRequest {
    DrawRequest {
        measure,
        path: path.iter().map(|&name| Some(name.to_owned())).collect(),
        size: (width, 0),
        ..DrawRequest::default()
    }
}

fn picture(drawn: &Drawn) -> String {
    let line = |mark: &Mark| {
        let [left, top, width, _] = mark.place;
        format!(
            "{} {} {left:.0}+{width:.0} {}\n",
            top / ROW,
            mark.label,
            mark.value
        )
    };
    drawn.marks.iter().map(line).collect()
}

/// A child lies within its parent, one level below; nothing overlaps.
fn check(drawn: &Drawn, room: f32) {
    assert_eq!(drawn.marks.len(), drawn.items.len());
    for (at, mark) in (0_u32..).zip(&drawn.marks) {
        let [left, top, width, _] = mark.place;
        let above = &drawn.marks[mark.parent as usize];
        assert!(mark.parent <= at, "{}", mark.label);
        let [outer, over, wide, _] = if mark.parent == at {
            [0.0, -ROW, room, ROW]
        } else {
            above.place
        };
        assert!((top - over - ROW).abs() < 0.01, "{}", mark.label);
        assert!(left >= outer - 0.1, "{}", mark.label);
        assert!(left + width <= outer + wide + 0.1, "{}", mark.label);
    }
    let mut places: Vec<[f32; 4]> = drawn.marks.iter().map(|mark| mark.place).collect();
    places.sort_by(|a, b| (a[1], a[0]).partial_cmp(&(b[1], b[0])).unwrap());
    for pair in places.windows(2) {
        let is_beside = pair[0][0] + pair[0][2] <= pair[1][0] + 0.1;
        assert!(pair[0][1] < pair[1][1] || is_beside, "{pair:?}");
    }
}

#[test]
fn frames_stand_below_each_other() {
    let time = drawn(RUN, &request(0, &[], 234));
    check(&time, 234.0);
    assert_eq!(
        picture(&time),
        "0 run 0+234 110 ns\n\
             1 tool 0+200 60 ns\n\
             1 chat 200+30 15 ns\n\
             1 tinier 230+2 1 ns\n\
             1 tiny 232+2 1 ns\n\
             2 chat 0+200 100 ns\n"
    );
    assert_eq!(
        time.items[0].cells,
        ["2", "110 ns", "33 ns", "≥ 8", "≥ $11.00", "100 %"]
    );
    assert_eq!(time.items[2].cells[5], "13 %", "of what is drawn");
    assert_eq!(time.items[1].member.as_deref(), Some("tool"));
    assert_eq!(time.items[2].member, None, "chats stand elsewhere, too");
    let cost = drawn(RUN, &request(1, &[], 110));
    check(&cost, 110.0);
    assert_eq!(
        picture(&cost),
        "0 run 0+110 $11.00\n1 tool 0+60 $6.00\n1 chat 60+50 $5.00\n2 chat 0+60 $6.00\n"
    );
    assert!(cost.unknown.contains("cost"), "a chat has no tokens");
    let spans = drawn(RUN, &request(3, &[], 90));
    check(&spans, 90.0);
    assert_eq!(picture(&spans).lines().next(), Some("0 run 0+90 2 spans"));
}

#[test]
fn frames_that_are_too_small_are_one() {
    let time = drawn(RUN, &request(0, &[], 117));
    check(&time, 117.0);
    let rest = time.marks.iter().find(|mark| mark.shape == Shape::Rest);
    let rest = rest.unwrap();
    assert_eq!(
        (rest.label.as_str(), rest.value.as_str()),
        ("2 small frames", "2 ns")
    );
    assert!((rest.place[2] - 2.0).abs() < 0.01);
}

#[test]
fn a_frame_is_gone_into() {
    let inner = drawn(RUN, &request(0, &["run", "tool"], 100));
    check(&inner, 100.0);
    assert_eq!(inner.crumbs, ["run", "tool"]);
    assert_eq!(picture(&inner), "0 tool 0+100 60 ns\n1 chat 0+100 100 ns\n");
    let other = drawn(RUN, &request(0, &["run", "gone", "tool"], 100));
    assert_eq!(
        other.entered,
        [Some("run".to_owned())],
        "as far as there is such"
    );
}

#[test]
fn kinds_are_told_and_no_order_of_siblings_matters() {
    let time = drawn(RUN, &request(0, &[], 500));
    let names: Vec<&str> = time.legend.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["LLM", "tool", "other", "several kinds"]);
    let back = "run 200..210 trace=2\nrun 0..100 agent=ops is=agent
  tinier 96..97
  tiny 95..96
  chat 90..95 is=llm model=m
  tool 20..80 is=tool
    chat 20..70 is=llm model=m tokens=1/1
    chat 20..70 is=llm model=m tokens=1/1
  chat 0..10 is=llm model=m tokens=3/1";
    let back = drawn(back, &request(0, &[], 500));
    assert_eq!(picture(&time), picture(&back));
}

#[test]
fn many_names_and_deep_calls_have_an_end() {
    let name = |at: u32| format!("  name{at} {}..{}\n", at * 20, at * 20 + 20);
    let names: String = (0..5000).map(name).collect();
    let wide = drawn(&format!("run 0..100000\n{names}"), &request(0, &[], 800));
    check(&wide, 800.0);
    assert_eq!(wide.marks.len(), 2);
    assert_eq!(wide.marks[1].label, "5,000 small frames");
    let level = |at: usize| format!("{}deep 0..1000\n", "  ".repeat(at));
    let deep: String = (0..300).map(level).collect();
    let deep = drawn(&deep, &request(0, &[], 800));
    check(&deep, 800.0);
    assert_eq!((deep.marks.len(), deep.left_out), (LEVELS, 1));
}

#[test]
fn nothing_is_drawn_of_nothing() {
    let none = drawn("a 0..10", &request(1, &[], 100));
    assert_eq!((none.marks.len(), none.unknown.as_str()), (0, ""));
    let one = drawn("a 0..10", &request(0, &[], 100));
    assert_eq!(picture(&one), "0 a 0+100 10 ns\n");
}

#[test]
fn all_frames_are_saved_with_what_they_stand_in() {
    let table = drawn(
        RUN,
        &DrawRequest {
            plain: true,
            ..request(0, &[], 0)
        },
    );
    let rows: Vec<String> = (table.items.iter())
        .map(|item| format!("{} {}", item.label, item.cells.join("|")))
        .collect();
    assert_eq!(
        rows,
        [
            "run 1||1|2|110|33|8|11|no",
            "tool 2|1|2|1|60|10|4|6|yes",
            "chat 3|2|3|2|100|100|4|6|yes",
            "chat 4|1|2|2|15|15|4|5|no",
            "tinier 5|1|2|1|1|1|||yes",
            "tiny 6|1|2|1|1|1|||yes",
        ]
    );
}
