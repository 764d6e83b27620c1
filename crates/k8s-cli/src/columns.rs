//! Text in columns, as kubectl aligns them.

/// The narrowest column, and the room between two.
const MIN_WIDTH: usize = 6;
const PADDING: usize = 3;

/// Lines of cells, each column as wide as its widest cell and three more; the last one is not filled up.
/// Follows `GetNewTabWriter` of kubectl.
pub(crate) fn align(lines: &[Vec<String>]) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = lines.iter().filter(|cells| cells.len() > column + 1);
        let widest = cells.map(|cells| cells[column].chars().count()).max();
        (widest.unwrap_or(0) + PADDING).max(MIN_WIDTH)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for cells in lines {
        for (column, cell) in cells.iter().enumerate() {
            text.push_str(cell);
            if column + 1 < cells.len() {
                let filled = cell.chars().count();
                text.extend(std::iter::repeat_n(' ', widths[column] - filled));
            }
        }
        text.push('\n');
    }
    text
}

/// Text whose lines have cells that end with a tab, each column as wide as its widest cell and two more: over lines that
/// follow each other and have the column. Follows `tabbedString` of kubectl, and Go's `text/tabwriter`.
pub(crate) fn tabbed(text: &str) -> String {
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    let mut widths: Vec<Vec<usize>> = lines.iter().map(|cells| vec![0; cells.len()]).collect();
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    for column in 0..columns {
        // The last cell of a line ends no column.
        let has = |line: &Vec<&str>| line.len() > column + 1;
        let mut at = 0;
        while at < lines.len() {
            let block = lines[at..].iter().take_while(|line| has(line)).count();
            let cells = lines[at..at + block].iter();
            let widest = cells.map(|cells| cells[column].chars().count()).max();
            let width = widest
                .filter(|widest| *widest > 0)
                .map_or(0, |widest| widest + 2);
            for widths in &mut widths[at..at + block] {
                widths[column] = width;
            }
            at += block.max(1);
        }
    }
    let mut tabbed = String::new();
    for (cells, widths) in lines.iter().zip(&widths) {
        for (cell, width) in cells.iter().zip(widths) {
            tabbed.push_str(cell);
            let filled = cell.chars().count();
            tabbed.extend(std::iter::repeat_n(' ', width.saturating_sub(filled)));
        }
        tabbed.push('\n');
    }
    tabbed
}

#[cfg(test)]
mod tests {
    use super::{align, tabbed};

    #[test]
    fn a_column_is_three_wider_than_its_widest_cell_and_at_least_six() {
        let lines = [["A", "LONGER", "LAST"], ["b", "c", ""]];
        let lines = lines.map(|cells| cells.map(str::to_owned).to_vec());
        assert_eq!(align(&lines), "A     LONGER   LAST\nb     c        \n");
    }

    #[test]
    fn columns_are_as_wide_as_their_block() {
        let check = |text: &str, expected: &str| assert_eq!(tabbed(text), expected, "{text}");
        check(
            "Name:\ta\nNamespace:\tb\n",
            "Name:       a\nNamespace:  b\n",
        );
        check("a\tb\n\nccc\td\n", "a  b\n\nccc  d\n");
        check("a:\tx\n\ty\n", "a:  x\n    y\n");
        check("a\tb\tc\naa\td\n", "a   b  c\naa  d\n");
        check("====\n", "====\n");
    }
}
