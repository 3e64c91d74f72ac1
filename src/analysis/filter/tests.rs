use super::*;
use crate::analysis::calls::Calls;
use crate::analysis::cost::Costs;
use crate::model::text::parse;
use crate::semantics::prices::{PriceBook, PriceTable};

const DRAWING: &str = "run 0..9000000000 is=agent agent=lead trace=1
  chat 1..3000000000 is=llm model=gpt-4o tokens=100/20
  search 10..20 is=tool tool=web error service=tools
run 5..50 is=agent agent=helper trace=2
  chat 6..7 is=llm model=gpt-4o-mini tokens=5/5 event=6 trace=2
plan 8.. parent=ffff trace=2";

/// Rows of the drawing that pass.
fn passing(filter: &str) -> Vec<u32> {
    passing_of(DRAWING, filter)
}

fn passing_of(drawing: &str, filter: &str) -> Vec<u32> {
    let store = parse(drawing).finish();
    let calls = Calls::new(&store);
    let table = PriceTable::parse("gpt-4o\t\t1000\t1000").unwrap();
    let book = PriceBook::new(table, PriceTable::default());
    let costs = Costs::new(&store, &calls, &book);
    let columns = Columns::new(&store, &calls, &costs);
    let filter = Filter::parse(filter).unwrap();
    let matches = filter.matches(&store, &columns);
    assert!(matches.is_complete());
    matches.hits().iter().map(|row| row.0).collect()
}

#[test]
fn fields_of_the_columns() {
    // 0 run, 1 chat, 2 search, 3 run, 4 chat, 5 a placeholder, 6 plan
    for (filter, rows) in [
        ("", vec![0, 1, 2, 3, 4, 6]),
        ("{}", vec![0, 1, 2, 3, 4, 6]),
        ("{ name = chat }", vec![1, 4]),
        ("{ name =~ \"c.*t|plan\" }", vec![1, 4, 6]),
        ("{ name !~ \"c.*t|plan\" }", vec![0, 2, 3]),
        ("{ duration > 2s }", vec![0, 1]),
        ("{ duration <= 10ns }", vec![2, 4]),
        ("{ duration = nil }", vec![6]),
        ("{ status = error }", vec![2]),
        ("{ status != error && kind = llm }", vec![1, 4]),
        ("{ kind = internal && kind != llm }", vec![0, 2, 3, 6]),
        ("{ kind =~ \"llm|tool\" }", vec![1, 2, 4]),
        ("{ service = tools }", vec![2]),
        ("{ resource.service.name = \"tools\" }", vec![2]),
        ("{ agent = lead }", vec![0, 1, 2]),
        ("{ agent = nil }", vec![6]),
        ("{ model = gpt-4o }", vec![1]),
        ("{ model =~ \"gpt-4o.*\" }", vec![1, 4]),
        ("{ tool = web }", vec![2]),
        ("{ tool != nil }", vec![2]),
        ("{ tokens > 100 }", vec![1]),
        ("{ tokens.output = 5 }", vec![4]),
        ("{ tokens.input >= 5 }", vec![1, 4]),
        ("{ cost > $0.1 }", vec![1]),
        ("{ cost = 0.12 }", vec![1]),
        ("{ cost = nil && kind = llm }", vec![4]),
        ("{ traceDuration > 1s }", vec![0, 1, 2]),
        ("{ rootName = run }", vec![0, 1, 2, 3, 4, 6]),
        ("{ rootServiceName = tools }", vec![]),
        ("{ event:name = event }", vec![4]),
        ("{ event:name = nil }", vec![0, 1, 2, 3, 6]),
        ("{ !(kind = llm || kind = tool) }", vec![0, 3, 6]),
        (
            "{ name = chat || name = plan && status = error }",
            vec![1, 4],
        ),
        ("chat", vec![1, 4]),
        ("{ duration < 2s } chat", vec![4]),
        ("chat gpt", vec![]),
    ] {
        assert_eq!(passing(filter), rows, "{filter}");
    }
}

#[test]
fn what_came_of_a_request_is_a_field() {
    // 0 run, 1 wrap, 2 chat, 3 tried, 4 refused, 5 asked, 6 search
    let drawing = "run 0..90 is=agent agent=a error
  wrap 1..9 is=chain
    chat 2..8 is=llm model=m
  tried 10..20 is=llm model=m error
  refused 20..30 is=llm model=m spent
  asked 30.. is=llm model=m
  search 40..50 is=tool tool=web error";
    for (filter, rows) in [
        ("{ call = answered }", vec![2]),
        ("{ call = failed }", vec![3]),
        ("{ call = \"budget\" }", vec![4]),
        ("{ call = running }", vec![5]),
        ("{ call != budget }", vec![2, 3, 5]),
        ("{ call =~ \"f.*|b.*\" && agent = a }", vec![3, 4]),
        ("{ call = nil }", vec![0, 1, 6]),
        ("{ call != nil }", vec![2, 3, 4, 5]),
    ] {
        assert_eq!(passing_of(drawing, filter), rows, "{filter}");
    }
}

#[test]
fn candidates_come_from_the_data() {
    let store = parse(DRAWING).finish();
    let (calls, costs) = (Calls::new(&store), Costs::default());
    let columns = Columns::new(&store, &calls, &costs);
    let offered = |text: &str| {
        let cursor = text.find('|').unwrap();
        let text = text.replace('|', "");
        let completion = complete(&store, &columns, &text, cursor as u32);
        let texts = completion
            .candidates
            .iter()
            .map(|candidate| candidate.text.clone());
        (completion.from, completion.to, texts.collect::<Vec<_>>())
    };
    assert_eq!(offered("|").2, [""; 0]);
    let (from, to, fields) = offered("{ na|");
    assert_eq!((from, to, fields[0].as_str()), (2, 4, "name"));
    let (from, to, _) = offered("{ na|me = x }");
    assert_eq!((from, to), (2, 6));
    assert_eq!(offered("{ name |").2[..3], ["=", "!=", "=~"]);
    assert_eq!(offered("{ name = |").2[..2], ["\"chat\"", "\"run\""]);
    assert_eq!(offered("{ name = \"pl|").2, ["\"plan\""]);
    let (from, to, _) = offered("{ name = \"pl|\" }");
    assert_eq!((from, to), (9, 13));
    assert_eq!(offered("{ status = |").2, ["error", "ok", "unset"]);
    assert_eq!(
        offered("{ call = |").2,
        ["answered", "failed", "budget", "running"]
    );
    assert_eq!(offered("{ kind = l|").2[0], "llm");
    assert_eq!(offered("{ model = |").2, ["\"gpt-4o\"", "\"gpt-4o-mini\""]);
    assert_eq!(offered("{ agent = |").2, ["\"lead\"", "\"helper\""]);
    assert_eq!(offered("{ name = chat |").2, ["&&", "||", "}"]);
    assert_eq!(
        offered("{ name = chat && sta|").2[..2],
        ["status", "statusMessage"]
    );
    assert_eq!(offered("{ name = chat } x|").2, [""; 0]);
    assert_eq!(offered("{ nonsense = |").2, [""; 0]);
}
