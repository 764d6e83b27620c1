//! Text in columns, as kubectl aligns them.

/// The narrowest column, and the room between two.
const MIN_WIDTH: usize = 6;
const PADDING: usize = 3;

/// Lines of cells, each column as wide as its widest cell and three more; the last one is not filled up.
pub(crate) fn align(lines: &[Vec<String>]) -> String {
    Aligner::default().align(lines)
}

/// Aligns lines that come one after the other: a column never becomes narrower. Follows `GetNewTabWriter` of kubectl.
#[derive(Debug, Default)]
pub(crate) struct Aligner {
    widths: Vec<usize>,
}

impl Aligner {
    /// The next lines.
    pub(crate) fn align(&mut self, lines: &[Vec<String>]) -> String {
        for cells in lines {
            let columns = cells.len().saturating_sub(1);
            self.widths
                .resize(self.widths.len().max(columns), MIN_WIDTH);
            for (width, cell) in self.widths.iter_mut().zip(&cells[..columns]) {
                *width = (cell.chars().count() + PADDING).max(*width);
            }
        }
        let mut text = String::new();
        for cells in lines {
            for (column, cell) in cells.iter().enumerate() {
                text.push_str(cell);
                if column + 1 < cells.len() {
                    let filled = cell.chars().count();
                    text.extend(std::iter::repeat_n(' ', self.widths[column] - filled));
                }
            }
            text.push('\n');
        }
        text
    }
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

/// Lines broken at spaces, of so many characters; a word that is longer than a line keeps one to itself.
pub(crate) fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{Aligner, align, tabbed, wrapped};

    #[test]
    fn lines_are_broken_at_spaces() {
        assert_eq!(wrapped("a bc def  g", 4), ["a bc", "def", "g"]);
        assert_eq!(wrapped("longer than it", 4), ["longer", "than", "it"]);
        assert!(wrapped("", 4).is_empty());
    }

    #[test]
    fn a_column_is_three_wider_than_its_widest_cell_and_at_least_six() {
        let lines = [["A", "LONGER", "LAST"], ["b", "c", ""]];
        let lines = lines.map(|cells| cells.map(str::to_owned).to_vec());
        assert_eq!(align(&lines), "A     LONGER   LAST\nb     c        \n");
    }

    #[test]
    fn a_column_stays_as_wide_as_it_was() {
        let line = |cells: [&str; 2]| vec![cells.map(str::to_owned).to_vec()];
        let mut aligner = Aligner::default();
        let mut texts = String::new();
        for cells in [
            ["long-name", "1"],
            ["b", "2"],
            ["longer-name", "3"],
            ["c", "4"],
        ] {
            texts.push_str(&aligner.align(&line(cells)));
        }
        assert_eq!(
            texts,
            "long-name   1\nb           2\nlonger-name   3\nc             4\n"
        );
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
