use super::*;
use crate::analysis::ledger::tests::counted;

fn picture(drawing: &str) -> String {
    let counted = counted(drawing);
    let graph = graph(counted.ledger(), &counted.part());
    let id = |at: u32| &graph.nodes[at as usize].id;
    let edge = |edge: &GraphEdge| {
        let errors = if edge.errors > 0 {
            format!(" {} failed", edge.errors)
        } else {
            String::new()
        };
        let tokens = edge
            .tokens
            .value()
            .map_or(String::new(), |tokens| format!(" {tokens} tokens"));
        let kind = edge.kind.as_str();
        format!(
            "{} {kind} {} x{}{errors}{tokens}\n",
            id(edge.from),
            id(edge.to),
            edge.count
        )
    };
    graph.edges.iter().map(edge).collect()
}

#[test]
fn edges_stand_on_parents_tools_and_calls() {
    assert_eq!(
        picture(
            "run 0..100 agent=ops is=agent
  chat 0..10 is=llm model=m tokens=3/1
  chat 10..12 is=llm model=m error
  task 20..50 is=tool
    sre 21..49 agent=sre is=agent
      chat 22..30 is=llm model=m tokens=20/5
      task 30..31 is=tool tool=sre
  review 60..70 agent=reviewer is=agent
loose 0..9 trace=2 is=llm model=n"
        ),
        "ops delegation reviewer x1\n\
             ops delegation sre x1\n\
             ops tool task x1\n\
             ops call m x2 1 failed 4 tokens\n\
             sre tool tool:sre x1\n\
             sre call m x1 25 tokens\n\
             app call n x1\n"
    );
}

#[test]
fn an_agent_that_only_its_calls_name_delegates() {
    let drawing = "run 0..100 is=agent
  think 0..10 is=llm model=m agent=lead
  delegate 20..50
    work 21..49 agent=helper is=agent
      chat 22..30 is=llm model=n";
    let edges = "helper call n x1\nlead delegation helper x1\nlead call m x1\n";
    assert_eq!(picture(drawing), edges);
    // Calls of several agents tell nothing.
    let several = drawing.replacen(
        "  delegate",
        "  ask 11..12 is=llm agent=other\n  delegate",
        1,
    );
    assert!(!picture(&several).contains("delegation"));
}

#[test]
fn a_handoff_names_its_agent() {
    assert_eq!(
        picture(
            "triage 0..9 agent=triage is=agent
  transfer_to_refund_agent 1..2 is=tool
  transfer_to_agent 2..3 is=tool
Refund 10..20 agent=Refund-Agent is=agent"
        ),
        "triage handoff Refund-Agent x1\n\
             triage tool transfer_to_agent x1\n\
             triage tool transfer_to_refund_agent x1\n"
    );
}

#[test]
fn nothing_is_drawn_without_evidence() {
    assert_eq!(
        picture("a 0..9 agent=a is=agent\nb 10..19 agent=b is=agent"),
        ""
    );
    assert_eq!(picture(""), "");
}
