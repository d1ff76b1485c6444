//! A browser's text field knows only `\n`: it gives back a text of which every `\r\n` and `\r` was
//! turned into it. An edit must change what was edited and no line end elsewhere.

/// The text that was meant: `typed` with the line ends of `before` wherever nothing was typed.
pub fn keep_line_ends(before: &str, typed: &str) -> String {
    if !before.contains('\r') {
        return typed.to_owned();
    }
    // What the field showed, and from which byte of `before` each of its characters comes.
    let mut shown: Vec<(char, usize)> = Vec::new();
    let mut letters = before.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == '\r' {
            letters.next_if(|(_, next)| *next == '\n');
            shown.push(('\n', at));
        } else {
            shown.push((letter, at));
        }
    }
    let typed: Vec<char> = typed.chars().collect();
    let most = shown.len().min(typed.len());
    let front = (0..most).take_while(|at| shown[*at].0 == typed[*at]).count();
    let back = (0..most - front)
        .take_while(|at| shown[shown.len() - 1 - at].0 == typed[typed.len() - 1 - at])
        .count();
    let byte = |at: usize| shown.get(at).map_or(before.len(), |(_, byte)| *byte);
    let new: String = typed[front..typed.len() - back].iter().collect();
    format!("{}{new}{}", &before[..byte(front)], &before[byte(shown.len() - back)..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_typed_changes() {
        assert_eq!(keep_line_ends("a\nb", "a\nbc"), "a\nbc");
        assert_eq!(keep_line_ends("a\r\nb\rc", "a\nb\nc"), "a\r\nb\rc");
        assert_eq!(keep_line_ends("a\r\nb\rc", "a\nb!\nc"), "a\r\nb!\rc");
        assert_eq!(keep_line_ends("a\r\nb\rc", "a\nx"), "a\r\nx");
        assert_eq!(keep_line_ends("\r\n\r\n", "\n"), "\r\n");
        assert_eq!(keep_line_ends("\r\n", ""), "");
        assert_eq!(keep_line_ends("é\r\né", "é\né\n"), "é\r\né\n");
    }
}
