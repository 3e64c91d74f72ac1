//! Rectangles of given areas that fill a rectangle and are as square as can be (Bruls, Huizing, van Wijk 2000).

/// Left, top, width, height.
pub type Place = [f64; 4];

/// A rectangle for each value, in their order; together they fill `place`. Values are positive and best stand from the
/// largest.
pub fn squarify(values: &[f64], place: Place) -> Vec<Place> {
    let [mut left, mut top, mut width, mut height] = place;
    let sum: f64 = values.iter().sum();
    let mut places = Vec::with_capacity(values.len());
    if sum <= 0.0 || width <= 0.0 || height <= 0.0 {
        places.resize(values.len(), [left, top, 0.0, 0.0]);
        return places;
    }
    let unit = width * height / sum;
    let mut rest = values;
    while !rest.is_empty() {
        let side = width.min(height);
        let mut count = 1;
        let mut area = rest[0] * unit;
        let mut worst = aspect(area, (area, area), side);
        while let Some(next) = rest.get(count) {
            let wider = area + next * unit;
            let ratio = aspect(wider, (rest[0] * unit, next * unit), side);
            if ratio > worst {
                break;
            }
            (area, worst) = (wider, ratio);
            count += 1;
        }
        let is_last = count == rest.len();
        let lies = width < height;
        // What is left takes all there is, so that no sum of roundings leaves a gap.
        let whole = if lies { height } else { width };
        let thick = if is_last {
            whole
        } else {
            (area / side).min(whole)
        };
        let mut along = if lies { left } else { top };
        let end = along + side;
        for (value, at) in rest.iter().take(count).zip(1..) {
            let length = if at == count {
                (end - along).max(0.0)
            } else {
                (value * unit / area * side).min((end - along).max(0.0))
            };
            places.push(if lies {
                [along, top, length, thick]
            } else {
                [left, along, thick, length]
            });
            along += length;
        }
        if lies {
            (top, height) = (top + thick, (height - thick).max(0.0));
        } else {
            (left, width) = (left + thick, (width - thick).max(0.0));
        }
        rest = rest.get(count..).unwrap_or_default();
    }
    places
}

/// The worst aspect of a row with this area, whose largest and smallest parts are given, along a side.
fn aspect(area: f64, (largest, smallest): (f64, f64), side: f64) -> f64 {
    let square = side * side;
    let area = area * area;
    (square * largest / area).max(area / (square * smallest.max(f64::MIN_POSITIVE)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_the_paper() {
        let places = squarify(&[6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0], [0.0, 0.0, 6.0, 4.0]);
        let first: Vec<String> = places[..2]
            .iter()
            .map(|place| format!("{place:?}"))
            .collect();
        assert_eq!(first, ["[0.0, 0.0, 3.0, 2.0]", "[0.0, 2.0, 3.0, 2.0]"]);
        assert!(places.iter().all(|place| place[2] > 0.0 && place[3] > 0.0));
    }

    #[test]
    fn nothing_takes_no_room() {
        assert_eq!(squarify(&[], [0.0, 0.0, 9.0, 9.0]), Vec::<Place>::new());
        let none = squarify(&[1.0], [0.0, 0.0, 0.0, 9.0]);
        assert!(none.len() == 1 && none[0][2] <= 0.0, "{none:?}");
    }

    proptest! {
        #[test]
        fn areas_are_the_whole_and_nothing_overlaps(
            mut values in proptest::collection::vec(0.001..1000.0_f64, 1..60),
            width in 1.0..2000.0_f64,
            height in 1.0..2000.0_f64,
        ) {
            values.sort_by(|a, b| b.total_cmp(a));
            let places = squarify(&values, [5.0, 7.0, width, height]);
            let sum: f64 = values.iter().sum();
            for (value, place) in values.iter().zip(&places) {
                let [left, top, wide, tall] = *place;
                prop_assert!((wide * tall - value / sum * width * height).abs() < 1e-6 * width * height);
                prop_assert!(left >= 5.0 && top >= 7.0);
                prop_assert!(left + wide <= 5.0 + width + 1e-6 && top + tall <= 7.0 + height + 1e-6);
            }
            for (at, a) in places.iter().enumerate() {
                for b in &places[at + 1..] {
                    let wide = (a[0] + a[2]).min(b[0] + b[2]) - a[0].max(b[0]);
                    let tall = (a[1] + a[3]).min(b[1] + b[3]) - a[1].max(b[1]);
                    prop_assert!(wide.min(tall) < 1e-6, "{a:?} {b:?}");
                }
            }
        }
    }
}
