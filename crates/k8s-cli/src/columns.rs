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

#[cfg(test)]
mod tests {
    use super::align;

    #[test]
    fn a_column_is_three_wider_than_its_widest_cell_and_at_least_six() {
        let lines = [["A", "LONGER", "LAST"], ["b", "c", ""]];
        let lines = lines.map(|cells| cells.map(str::to_owned).to_vec());
        assert_eq!(align(&lines), "A     LONGER   LAST\nb     c        \n");
    }
}
