//! Which places of an array an index and a slice mean.

use super::ast::Slice;

/// Where an index points to; negative ones count from the end.
pub(super) fn position(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add_unsigned(length as u64)? } else { index };
    usize::try_from(index).ok()
}

/// The places of a slice, as RFC 9535 has them. (Jayway ignores the step and gives nothing for
/// `[1:-1]`.)
pub(super) fn positions(slice: Slice, length: usize) -> impl Iterator<Item = usize> {
    let length = length as i64;
    let step = slice.step.unwrap_or(1);
    let from_end = |index: i64| if index < 0 { index.saturating_add(length) } else { index };
    let (low, high) = if step < 0 { (-1, length - 1) } else { (0, length) };
    let start = slice.start.map_or(if step < 0 { high } else { low }, from_end).clamp(low, high);
    let end = slice.end.map_or(if step < 0 { low } else { high }, from_end).clamp(low, high);
    let mut next = (step != 0).then_some(start);
    std::iter::from_fn(move || {
        let at = next?;
        let inside = if step < 0 { at > end } else { at < end };
        if !inside {
            return None;
        }
        next = at.checked_add(step);
        usize::try_from(at).ok()
    })
}
