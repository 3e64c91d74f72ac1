//! Paths, step by step, and those of shapes that views share. Lengths are pixels from the top left corner.

/// A step of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// Goes somewhere without a line.
    Move(f64, f64),
    /// A straight line.
    Line(f64, f64),
    /// A cubic curve: the two points that pull it, and its end.
    Cubic((f64, f64), (f64, f64), (f64, f64)),
    /// A straight line to where the path began.
    Close,
}

/// Lines from lower left to upper right through a rectangle, cut off at its edges, one every `gap` pixels. They stand in the
/// same places whatever the rectangle, so that those of neighbours meet.
pub fn hatching([left, top, width, height]: [f64; 4], gap: f64) -> Vec<Step> {
    /// More lines than any screen has.
    const MOST: f64 = 10_000.0;
    let mut steps = Vec::new();
    let reach = width + height;
    if !(width > 0.0 && height > 0.0 && gap > 0.0 && reach / gap < MOST) {
        return steps;
    }
    let mut line = ((left + top) / gap).ceil() * gap;
    while line < left + top + reach {
        let (from, to) = (
            left.max(line - top - height),
            (left + width).min(line - top),
        );
        if to > from {
            steps.push(Step::Move(from, line - from));
            steps.push(Step::Line(to, line - to));
        }
        line += gap;
    }
    steps
}

/// The outline of a rectangle with round corners.
pub fn rounded([left, top, width, height]: [f64; 4], radius: f64) -> Vec<Step> {
    let radius = radius.min(width / 2.0).min(height / 2.0).max(0.0);
    // A quarter of a circle as a cubic curve.
    let pull = radius * 0.447_715;
    let (right, bottom) = (left + width, top + height);
    vec![
        Step::Move(left + radius, top),
        Step::Line(right - radius, top),
        Step::Cubic(
            (right - pull, top),
            (right, top + pull),
            (right, top + radius),
        ),
        Step::Line(right, bottom - radius),
        Step::Cubic(
            (right, bottom - pull),
            (right - pull, bottom),
            (right - radius, bottom),
        ),
        Step::Line(left + radius, bottom),
        Step::Cubic(
            (left + pull, bottom),
            (left, bottom - pull),
            (left, bottom - radius),
        ),
        Step::Line(left, top + radius),
        Step::Cubic((left, top + pull), (left + pull, top), (left + radius, top)),
        Step::Close,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hatching_stays_within_its_rectangle_and_goes_through_all_of_it() {
        let place = [10.5, 3.0, 40.0, 17.0];
        let steps = hatching(place, 6.0);
        for step in &steps {
            let (Step::Move(x, y) | Step::Line(x, y)) = *step else {
                panic!("only straight lines");
            };
            assert!(
                (10.5..=50.5).contains(&x) && (3.0..=20.0).contains(&y),
                "{x} {y}"
            );
        }
        // One line every six pixels along both edges.
        assert_eq!(steps.len() / 2, 9);
        assert!(hatching([0.0, 0.0, 1e9, 1.0], 1.0).is_empty());
        assert!(hatching([0.0, 0.0, f64::NAN, 1.0], 1.0).is_empty());
    }

    #[test]
    fn round_corners_stay_within_the_rectangle() {
        for radius in [0.0, 3.0, 100.0] {
            for step in rounded([0.0, 0.0, 20.0, 10.0], radius) {
                let points = match step {
                    Step::Move(x, y) | Step::Line(x, y) => vec![(x, y)],
                    Step::Cubic(first, second, end) => vec![first, second, end],
                    Step::Close => Vec::new(),
                };
                for (x, y) in points {
                    assert!((0.0..=20.0).contains(&x) && (0.0..=10.0).contains(&y));
                }
            }
        }
    }
}
