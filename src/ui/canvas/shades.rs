//! Colours of views that count: what the numbers of [`ink`] are called in the style sheet, and what they are.

use crate::model::OperationKind;
use crate::scene::drawn::ink;
use web_sys::CssStyleDeclaration;

/// Colours of views that count, by [`ink`]: in full, and as an area that text stands on.
#[derive(Debug, Default)]
pub struct Shades {
    full: Vec<String>,
    soft: Vec<String>,
}

/// How much of a colour an area has: a third.
const SOFT: &str = "4d";

/// The name of a colour in the style sheet.
pub fn token(number: u8) -> String {
    match number {
        ink::AGENT..ink::MODEL => format!("--a-{number}"),
        ink::MODEL..ink::KIND => format!("--m-{}", number + 1 - ink::MODEL),
        ink::KIND..ink::HEAT => {
            let kind = OperationKind::ALL.get(usize::from(number - ink::KIND));
            format!("--k-{}", kind_token(kind.copied().unwrap_or_default()))
        }
        ink::HEAT..ink::COUNT => format!("--h-{}", number + 1 - ink::HEAT),
        _ => "--k-io".to_owned(),
    }
}

fn kind_token(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Llm => "llm",
        OperationKind::Tool => "tool",
        OperationKind::Agent => "agent",
        OperationKind::Retrieval | OperationKind::Embedding | OperationKind::Rerank => "retrieval",
        OperationKind::Guardrail | OperationKind::Evaluator => "guard",
        OperationKind::Handoff => "handoff",
        OperationKind::Other | OperationKind::Event => "io",
        OperationKind::Setup
        | OperationKind::Workflow
        | OperationKind::Chain
        | OperationKind::Prompt => "chain",
    }
}

impl Shades {
    /// Reads the colours of the present theme.
    pub fn read() -> Self {
        let style: Option<CssStyleDeclaration> = web_sys::window().and_then(|window| {
            let root = window.document()?.document_element()?;
            window.get_computed_style(&root).ok().flatten()
        });
        let read = |number: u8| {
            let value = style.as_ref()?.get_property_value(&token(number)).ok()?;
            Some(value.trim().to_owned())
        };
        let full: Vec<String> = (0..ink::COUNT)
            .map(|number| read(number).unwrap_or_default())
            .collect();
        let soft = |(colour, number): (&String, u8)| {
            // Steps of a quantity are told apart by their lightness alone.
            if number >= ink::HEAT {
                colour.clone()
            } else {
                format!("{colour}{SOFT}")
            }
        };
        let soft = full.iter().zip(0..).map(soft).collect();
        Self { full, soft }
    }

    /// The colour in full; empty before the first reading.
    pub fn full(&self, number: u8) -> &str {
        let colour = self.full.get(usize::from(number));
        colour.map_or("", String::as_str)
    }

    /// The colour as an area that text stands on.
    pub fn soft(&self, number: u8) -> &str {
        let colour = self.soft.get(usize::from(number));
        colour.map_or("", String::as_str)
    }
}

/// Whether dark text is read better on a colour: by its lightness.
pub fn is_light(colour: &str) -> bool {
    let part = |at: usize| {
        let byte = colour.get(at..at + 2);
        byte.and_then(|byte| u8::from_str_radix(byte, 16).ok())
            .map_or(0.0, f64::from)
    };
    0.299 * part(1) + 0.587 * part(3) + 0.114 * part(5) > 140.0
}
