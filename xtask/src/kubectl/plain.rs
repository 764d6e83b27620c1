//! Takes out of an answer what is never the same: ages, times, the program's name, klog's lines.

/// Standard output or error with ages as `AGE`, times as `TIME`, and `k8s` for both programs.
pub(crate) fn output(text: &str) -> String {
    let text = text.replace("kubectl", "k8s");
    let mut plain = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        ages(&times(line), &mut plain);
    }
    plain
}

/// The same without what client-go logs.
pub(crate) fn errors(text: &str) -> String {
    let is_log = |line: &&str| {
        let mut bytes = line.bytes();
        matches!(bytes.next(), Some(b'F' | b'E' | b'W' | b'I'))
            && bytes.take(4).filter(u8::is_ascii_digit).count() == 4
    };
    let kept: String = text
        .split_inclusive('\n')
        .filter(|line| !is_log(line))
        .collect();
    output(&kept)
}

/// Ages are words like `3s`, `5m12s`, `2d`; the spaces behind one depend on its width.
fn ages(line: &str, plain: &mut String) {
    let mut rest = line;
    while !rest.is_empty() {
        let word = rest.find([' ', '\n']).unwrap_or(rest.len());
        let spaces = rest[word..]
            .bytes()
            .take_while(|byte| *byte == b' ')
            .count();
        if is_age(&rest[..word]) {
            plain.push_str(if spaces > 0 { "AGE " } else { "AGE" });
            rest = &rest[word + spaces..];
        } else {
            let end = (word + spaces).max(1);
            plain.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
}

fn is_age(word: &str) -> bool {
    let digits = word.starts_with(|c: char| c.is_ascii_digit());
    digits
        && word.ends_with(['s', 'm', 'h', 'd'])
        && word.bytes().all(|byte| b"0123456789smhd".contains(&byte))
}

/// Times are texts like `2026-11-26T06:35:13Z`, or `2026-11-26 06:35:13`.
fn times(line: &str) -> String {
    let line = times_of(b"0000-00-00 00:00:00", line);
    times_of(b"0000-00-00T00:00:00Z", &line)
}

fn times_of(shape: &[u8], line: &str) -> String {
    let fits = |text: &[u8]| {
        let same = |(byte, shape): (&u8, &u8)| match shape {
            b'0' => byte.is_ascii_digit(),
            other => byte == other,
        };
        text.len() == shape.len() && text.iter().zip(shape).all(same)
    };
    let mut plain = String::with_capacity(line.len());
    let mut at = 0;
    for (start, c) in line.char_indices() {
        let end = start + shape.len();
        if start < at {
            continue;
        }
        if line.as_bytes().get(start..end).is_some_and(fits) {
            plain.push_str("TIME");
            at = end;
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_out_what_is_never_the_same() {
        assert_eq!(output("a   12s\nb   5m2s   x\n"), "a   AGE\nb   AGE x\n");
        assert_eq!(output("on 2026-11-26 06:35:13 +0000"), "on TIME +0000");
        assert_eq!(output("at \"2026-11-26T06:35:13Z\""), "at \"TIME\"");
        assert_eq!(
            output("run 'kubectl get'\nname   s3"),
            "run 'k8s get'\nname   s3"
        );
        assert_eq!(errors("E1126 06:35 x\nError: 5\nF1126 x\n"), "Error: 5\n");
    }
}
