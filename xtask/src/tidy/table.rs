//! Reads a Markdown table.

use crate::repo::File;

/// The rows below a header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Table {
    /// Line of the header.
    pub(super) line: usize,
    pub(super) rows: Vec<Row>,
}

/// One row, its cells trimmed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

impl Row {
    /// The words in backticks in one cell.
    pub(super) fn code(&self, cell: usize) -> Vec<&str> {
        let text = self.cells.get(cell).map_or("", String::as_str);
        text.split('`').skip(1).step_by(2).collect()
    }
}

/// Finds the table with exactly these column names.
pub(super) fn find(file: &File, columns: &[&str]) -> Option<Table> {
    let mut lines = file
        .lines()
        .skip_while(|(_, line)| cells(line).as_deref() != Some(columns));
    let (line, _) = lines.next()?;
    let rows = lines
        .map_while(|(line, text)| {
            let cells = cells(text)?.into_iter().map(str::to_owned).collect();
            Some(Row { line, cells })
        })
        .skip(1)
        .collect();
    Some(Table { line, rows })
}

fn cells(line: &str) -> Option<Vec<&str>> {
    let inside = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inside.split('|').map(str::trim).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> File {
        File {
            path: "a.md".to_owned(),
            text: text.to_owned(),
            rust: None,
        }
    }

    #[test]
    fn reads_rows_until_the_table_ends() {
        let file =
            file("x\n\n| a | b |\n|---|---|\n| `k` | `x`, `y` z |\n| l | – |\n\n| m | n |\n");
        let table = find(&file, &["a", "b"]).unwrap();
        assert_eq!(table.line, 3);
        assert_eq!(table.rows.len(), 2);
        assert_eq!(table.rows[0].line, 5);
        assert_eq!(table.rows[0].code(0), ["k"]);
        assert_eq!(table.rows[0].code(1), ["x", "y"]);
        assert!(table.rows[1].code(1).is_empty());
        assert!(table.rows[1].code(9).is_empty());
    }

    #[test]
    fn wants_the_very_columns() {
        assert_eq!(find(&file("| a | c |\n|---|---|\n"), &["a", "b"]), None);
        assert_eq!(find(&file(""), &["a"]), None);
    }
}
