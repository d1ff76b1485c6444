//! The maths of a chart: a round top for its axis, and paths through points with gaps.

/// The plot's own measures; the page stretches it.
pub const WIDTH: f64 = 600.0;
pub const HEIGHT: f64 = 120.0;

/// The least of 1, 2 and 5 times a power of ten that holds all values.
pub fn top<'a>(values: impl Iterator<Item = &'a Option<f64>>) -> f64 {
    let most = values.flatten().copied().filter(|value| value.is_finite()).fold(0.0, f64::max);
    if most <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(most.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|step| most <= step * power * 1.000_001);
    step.unwrap_or(10.0) * power
}

/// Where a point stands from left to right.
pub fn across(at: usize, points: usize) -> f64 {
    WIDTH * at as f64 / points.saturating_sub(1).max(1) as f64
}

/// A line through the points that are there. One that stands alone is a dot.
pub fn path(values: &[Option<f64>], top: f64) -> String {
    let mut path = String::new();
    let mut drawing = false;
    for (at, value) in values.iter().enumerate() {
        let Some(value) = value.filter(|value| value.is_finite()) else {
            drawing = false;
            continue;
        };
        let (x, y) = (across(at, values.len()), HEIGHT - HEIGHT * (value / top).clamp(0.0, 1.0));
        let next = values.get(at + 1).copied().flatten();
        match (drawing, next) {
            (true, _) => path.push_str(&format!("L{x:.1} {y:.1}")),
            (false, Some(_)) => path.push_str(&format!("M{x:.1} {y:.1}")),
            (false, None) => path.push_str(&format!("M{x:.1} {y:.1}h0.1")),
        }
        drawing = true;
    }
    path
}

/// The point under a pointer that is so far from the left edge of a plot so wide.
pub fn nearest(offset: f64, width: f64, points: usize) -> usize {
    let last = points.saturating_sub(1);
    if width <= 0.0 {
        return last;
    }
    ((offset / width).clamp(0.0, 1.0) * last as f64).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_on_a_round_number() {
        let top = |value| top([Some(value), None].iter());
        assert_eq!((top(0.0), top(1.0), top(1.1), top(4.2)), (1.0, 1.0, 2.0, 5.0));
        assert_eq!((top(7.0), top(0.03), top(f64::NAN)), (10.0, 0.05, 1.0));
    }

    #[test]
    fn gaps_stay_gaps() {
        let path = path(&[Some(0.0), Some(1.0), None, Some(0.5), None], 1.0);
        assert_eq!(path, "M0.0 120.0L150.0 0.0M450.0 60.0h0.1");
        assert_eq!(super::path(&[None, Some(f64::INFINITY)], 1.0), "");
        assert_eq!(super::path(&[Some(1.0)], 1.0), "M0.0 0.0h0.1");
    }

    #[test]
    fn a_pointer_finds_its_point() {
        assert_eq!(
            (nearest(0.0, 100.0, 11), nearest(54.0, 100.0, 11), nearest(999.0, 100.0, 11)),
            (0, 5, 10)
        );
        assert_eq!(nearest(5.0, 0.0, 3), 2);
        assert_eq!(nearest(5.0, 10.0, 0), 0);
    }
}
