//! Assembly text for Mach-O, in the form of that for ELF.

/// The text with names, local labels, comments and ends of functions as they are for ELF.
pub(super) fn of(text: &str) -> String {
    let mut form = String::new();
    let mut open = None;
    for line in text.lines() {
        // On arm64 this begins a comment; on amd64 it is `##`, which ELF's `#` is a part of.
        let line = line.split_once(';').map_or(line, |(code, _)| code);
        let name = line.strip_prefix('_').and_then(|line| line.split_once(':'));
        let first = line.split_whitespace().next();
        // Nothing tells the end of a function but what begins another.
        if (name.is_some() || first.is_some_and(|first| BETWEEN.contains(&first)))
            && let Some(function) = open.take()
        {
            form.push_str(&format!(".size {function}, .-{function}\n"));
        }
        if let Some((name, _)) = name {
            open = Some(name);
            form.push_str(&format!("{name}:\n"));
        } else {
            form.push_str(&with_local_names(line));
            form.push('\n');
        }
    }
    form
}

/// Directives that stand between functions.
const BETWEEN: [&str; 4] = [
    ".globl",
    ".private_extern",
    ".section",
    ".subsections_via_symbols",
];

/// The line with local names as they are for ELF: `.LBB0_1` where Mach-O has `LBB0_1`, or `l_anon` for a
/// constant; and functions without their underscore.
fn with_local_names(line: &str) -> String {
    let is_name = |c: char| c.is_alphanumeric() || "._$".contains(c);
    let mut result = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(is_name) {
        let (before, from) = rest.split_at(start);
        let (name, after) = from.split_at(from.find(|c| !is_name(c)).unwrap_or(from.len()));
        result.push_str(before);
        match name.strip_prefix('_') {
            _ if name.starts_with("LBB") || name.starts_with("Lloh") => {
                result.push('.');
                result.push_str(name);
            }
            _ if name.starts_with("l_") => {
                result.push_str(".L");
                result.push_str(name);
            }
            Some(function) => result.push_str(function),
            None => result.push_str(name),
        }
        rest = after;
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_labels_comments_and_ends() {
        let text = "_sock_send:                   ; @sock_send\n\t.cfi_startproc\nLBB3_1:\n\
            \t; InlineAsm Start\n\tsvc\t#0x80\n\t; InlineAsm End\n\ttbz\tw8, #0, LBB3_1\n\
            \tadrp\tx8, l_anon.5@PAGE\n\tbl\t_memcpy\n\tret\n\t.globl\t_f\n";
        let form = of(text);
        for line in [
            "sock_send:",
            ".LBB3_1:",
            "\ttbz\tw8, #0, .LBB3_1",
            "\tadrp\tx8, .Ll_anon.5@PAGE",
            "\tbl\tmemcpy",
            ".size sock_send, .-sock_send",
        ] {
            assert!(form.lines().any(|found| found == line), "{line}: {form}");
        }
        assert!(!form.contains("InlineAsm"));
    }
}
