//! Scroll maths. A browser caps the height of an element (Firefox near 17 million px, others near
//! 33 million), so a long grid gets a shorter scroll track than its rows are tall. Small moves
//! (wheel, keys, touch) then still move rows pixel by pixel; only a drag of the scrollbar jumps in
//! proportion.

use std::ops::Range;

/// The tallest track we ask a browser for.
pub const TALLEST: f64 = 12_000_000.0;

/// The sizes a grid's place is computed from. Heights in px.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    pub rows: usize,
    pub row_height: f64,
    /// The height of the part that shows rows (without the header).
    pub view: f64,
}

impl Extent {
    /// All rows together, as tall as they would be.
    pub fn full(&self) -> f64 {
        self.rows as f64 * self.row_height
    }

    /// The height of the scroll track.
    pub fn track(&self) -> f64 {
        self.full().min(TALLEST)
    }

    fn furthest_row_px(&self) -> f64 {
        (self.full() - self.view).max(0.0)
    }

    fn furthest_track_px(&self) -> f64 {
        (self.track() - self.view).max(0.0)
    }

    fn is_scaled(&self) -> bool {
        self.full() > TALLEST
    }

    /// Where the track must stand to show `top`.
    pub fn track_of(&self, top: f64) -> f64 {
        if !self.is_scaled() {
            return top;
        }
        top / self.furthest_row_px() * self.furthest_track_px()
    }

    fn top_of(&self, track: f64) -> f64 {
        if !self.is_scaled() {
            return track;
        }
        track / self.furthest_track_px() * self.furthest_row_px()
    }

    /// The rows that are in view when the first pixel shown is `top`, with `over` more on each side.
    pub fn rows_at(&self, top: f64, over: usize) -> Range<usize> {
        let first = (top / self.row_height).floor().max(0.0) as usize;
        let last = ((top + self.view) / self.row_height).ceil().max(0.0) as usize;
        first.saturating_sub(over).min(self.rows)..last.saturating_add(over).min(self.rows)
    }

    /// The top that brings a row into view with the least movement.
    pub fn reveal(&self, row: usize, top: f64) -> f64 {
        let (begins, ends) = (row as f64 * self.row_height, (row + 1) as f64 * self.row_height);
        let wanted = if begins < top {
            begins
        } else if ends > top + self.view {
            ends - self.view
        } else {
            top
        };
        wanted.clamp(0.0, self.furthest_row_px())
    }

    /// How many whole rows a Page Up or Page Down moves.
    pub fn rows_a_page(&self) -> usize {
        ((self.view / self.row_height).floor() as usize).saturating_sub(1).max(1)
    }
}

/// Where a grid stands: the first pixel of its rows that is shown, and the track's own position.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    pub top: f64,
    pub track: f64,
}

impl Place {
    /// The track moved to `track`, by whatever means.
    pub fn scrolled(self, track: f64, extent: &Extent) -> Self {
        let moved = track - self.track;
        let top = if track <= 0.0 {
            0.0
        } else if track >= extent.furthest_track_px() {
            extent.furthest_row_px()
        } else if !extent.is_scaled() || moved.abs() > extent.view * 2.0 {
            extent.top_of(track)
        } else {
            (self.top + moved).clamp(0.0, extent.furthest_row_px())
        };
        Self { top, track }
    }

    /// Brings track and rows back in proportion; called when scrolling rests, since small moves let
    /// them drift apart.
    pub fn rested(self, extent: &Extent) -> Self {
        let top = self.top.clamp(0.0, extent.furthest_row_px());
        Self {
            top,
            track: extent.track_of(top).round(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLION: Extent = Extent {
        rows: 1_000_000,
        row_height: 32.0,
        view: 600.0,
    };
    const SMALL: Extent = Extent { rows: 100, ..MILLION };

    #[test]
    fn a_small_grid_scrolls_as_it_is() {
        assert_eq!(SMALL.track(), 3200.0);
        let place = Place::default().scrolled(640.0, &SMALL);
        assert_eq!(place.top, 640.0);
        assert_eq!(SMALL.rows_at(place.top, 2), 18..41);
    }

    #[test]
    fn every_row_of_a_million_can_be_reached() {
        assert_eq!(MILLION.track(), TALLEST);
        let end = Place::default().scrolled(TALLEST - 600.0, &MILLION);
        assert_eq!(MILLION.rows_at(end.top, 0).end, 1_000_000);
        let middle = Place::default().scrolled(TALLEST / 2.0, &MILLION);
        assert!((499_000..501_000).contains(&MILLION.rows_at(middle.top, 0).start));
        assert_eq!(Place::default().scrolled(0.0, &MILLION).top, 0.0);
    }

    #[test]
    fn a_wheel_moves_a_million_rows_pixel_by_pixel() {
        let start = Place::default().scrolled(TALLEST / 2.0, &MILLION);
        let next = start.scrolled(start.track + 100.0, &MILLION);
        assert_eq!(next.top - start.top, 100.0);
        let rested = next.rested(&MILLION);
        assert_eq!(rested.top, next.top);
        assert!((rested.track - MILLION.track_of(next.top)).abs() <= 0.5);
        // The event that our own correction of the track raises must not move a row.
        assert_eq!(rested.scrolled(rested.track, &MILLION).top, rested.top);
    }

    #[test]
    fn a_row_is_revealed_with_the_least_movement() {
        assert_eq!(MILLION.reveal(999_999, 0.0), 1_000_000.0 * 32.0 - 600.0);
        assert_eq!(MILLION.reveal(0, 5_000.0), 0.0);
        assert_eq!(MILLION.reveal(3, 64.0), 64.0);
        assert_eq!(Extent { rows: 0, ..SMALL }.reveal(0, 10.0), 0.0);
        assert_eq!(SMALL.rows_a_page(), 17);
    }
}
