//! Document paths: `a.b[0]`, with `"quoted.name"` for names that hold a separator.

/// One step into an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Name(String),
    Index(usize),
}

/// Reads a path, or says what is wrong and at which character.
pub fn parse(text: &str) -> Result<Vec<Step>, String> {
    let chars: Vec<char> = text.chars().collect();
    let mut steps = Vec::new();
    let mut at = 0;
    let mut name_may_follow = true;
    while at < chars.len() {
        match chars[at] {
            '.' if !steps.is_empty() && !name_may_follow => {
                name_may_follow = true;
                at += 1;
            }
            '[' if !steps.is_empty() && !name_may_follow => {
                let end = chars[at..].iter().position(|c| *c == ']').map(|offset| at + offset);
                let end = end.ok_or_else(|| format!("the '[' at character {} is never closed", at + 1))?;
                let index: String = chars[at + 1..end].iter().collect();
                let index = index
                    .parse()
                    .map_err(|_| format!("{index:?} at character {} is not a list index", at + 2))?;
                steps.push(Step::Index(index));
                at = end + 1;
            }
            '"' if name_may_follow => {
                let (name, next) = quoted(&chars, at)?;
                steps.push(Step::Name(name));
                name_may_follow = false;
                at = next;
            }
            _ if name_may_follow => {
                let end = chars[at..]
                    .iter()
                    .position(|c| matches!(c, '.' | '['))
                    .map_or(chars.len(), |offset| at + offset);
                if end == at {
                    return Err(format!("a name is missing at character {}", at + 1));
                }
                steps.push(Step::Name(chars[at..end].iter().collect()));
                name_may_follow = false;
                at = end;
            }
            other => return Err(format!("{other:?} at character {} does not continue the path", at + 1)),
        }
    }
    if name_may_follow {
        return Err(if steps.is_empty() {
            "an attribute name is missing".to_owned()
        } else {
            "the path ends in '.'".to_owned()
        });
    }
    Ok(steps)
}

/// The path of a top-level attribute, quoted where it must be.
pub fn of_name(name: &str) -> String {
    let plain = !name.is_empty() && !name.contains(['.', '[', '"']);
    if plain {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

fn quoted(chars: &[char], start: usize) -> Result<(String, usize), String> {
    let mut name = String::new();
    let mut at = start + 1;
    while let Some(c) = chars.get(at) {
        match c {
            '"' => return Ok((name, at + 1)),
            '\\' => {
                at += 1;
                name.extend(chars.get(at));
            }
            other => name.push(*other),
        }
        at += 1;
    }
    Err(format!("the quote at character {} is never closed", start + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read() {
        let name = |text: &str| Step::Name(text.to_owned());
        assert_eq!(
            parse("a.b[0][12].c"),
            Ok(vec![name("a"), name("b"), Step::Index(0), Step::Index(12), name("c")])
        );
        assert_eq!(parse("\"a.b\".c"), Ok(vec![name("a.b"), name("c")]));
        assert_eq!(parse("<b>, #1 %"), Ok(vec![name("<b>, #1 %")]));
        for hostile in ["a.b", "x[0]", "say \"hi\"", "back\\slash\"", "😀"] {
            assert_eq!(parse(&of_name(hostile)), Ok(vec![name(hostile)]), "{hostile}");
        }
    }

    #[test]
    fn mistakes_name_their_place() {
        assert_eq!(parse(""), Err("an attribute name is missing".to_owned()));
        assert_eq!(parse("a."), Err("the path ends in '.'".to_owned()));
        assert_eq!(parse("a..b"), Err("a name is missing at character 3".to_owned()));
        assert!(parse("a[x]").expect_err("index").contains("\"x\" at character 3"));
        assert!(parse("a[0").expect_err("open").contains("character 2"));
    }
}
