//! The tables of a sheet: runs of rows that are framed, or filled side by side, each with the line that names it. Pure.

use super::{
    grid::{Grid, Place, What},
    words,
};

/// A table by its corners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What names it: a line across it, or just above it.
    pub title: Option<Place>,
    pub top: u32,
    pub bottom: u32,
    pub left: u16,
    pub right: u16,
    /// Whether it follows another within the same frame, and so may have its columns.
    pub follows: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Table,
    /// One text across the table.
    Band(Place),
    Other,
}

pub fn find(grid: &Grid<'_>) -> Vec<Piece> {
    let lines: Vec<Line> = (0..grid.rows).map(|row| line(grid, row)).collect();
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut band, mut above) = (None, Line::Other);
    for (row, line) in (0_u32..).zip(&lines) {
        match (line, above) {
            (Line::Table, Line::Table) => {
                if let Some(piece) = pieces.last_mut() {
                    piece.bottom = row;
                }
            }
            (Line::Table, above) => {
                let title = band.or_else(|| if above == Line::Other { loose(grid, row) } else { None });
                let follows = band.is_some() && pieces.last().is_some_and(|last| last.bottom + 2 == row);
                pieces.push(Piece { title, top: row, bottom: row, left: 0, right: 0, follows });
            }
            (Line::Band(place), _) => band = Some(*place),
            (Line::Other, _) => {}
        }
        if !matches!(line, Line::Band(_)) {
            band = None;
        }
        above = *line;
    }
    for piece in &mut pieces {
        (piece.left, piece.right) = columns(grid, piece.top, piece.bottom);
    }
    pieces.retain(|piece| piece.left <= piece.right);
    pieces
}

fn line(grid: &Grid<'_>, row: u32) -> Line {
    let all = (0..grid.columns).map(|column| (row, column));
    if grid.has_frames {
        let mut framed: Vec<Place> =
            all.filter(|place| grid.is_framed(*place)).map(|place| grid.anchor(place)).collect();
        framed.dedup();
        return match framed[..] {
            [] => Line::Other,
            [one] if matches!(grid.what(one), What::Text(_)) && grid.end(one).1 > one.1 && one.0 == row => {
                Line::Band(one)
            }
            [_] => Line::Other,
            _ => Line::Table,
        };
    }
    let filled: Vec<Place> = grid
        .own(row, 0..=grid.columns.saturating_sub(1))
        .into_iter()
        .filter(|place| grid.what(*place) != What::Empty)
        .collect();
    let is_about = filled.iter().any(|place| words::is_about_the_sheet(&grid.text(*place)));
    match filled[..] {
        _ if is_about => Line::Other,
        [one] if grid.end(one).1 > one.1 => Line::Band(one),
        // A label with nothing beside it yet.
        [one] if one.1 == 0 && row > 0 && line(grid, row - 1) == Line::Table => Line::Table,
        [] | [_] => Line::Other,
        _ => Line::Table,
    }
}

/// The only text of the row above.
fn loose(grid: &Grid<'_>, row: u32) -> Option<Place> {
    let above = row.checked_sub(1)?;
    let own = grid.own(above, 0..=grid.columns.saturating_sub(1));
    let texts: Vec<Place> = own.into_iter().filter(|place| matches!(grid.what(*place), What::Text(_))).collect();
    match texts[..] {
        [one] if !words::is_about_the_sheet(&grid.text(one)) => Some(one),
        _ => None,
    }
}

fn columns(grid: &Grid<'_>, top: u32, bottom: u32) -> (u16, u16) {
    let (mut left, mut right) = (u16::MAX, 0);
    for row in top..=bottom {
        for column in 0..grid.columns {
            let place = (row, column);
            if grid.is_framed(place) || (!grid.has_frames && grid.what(place) != What::Empty) {
                (left, right) = (left.min(column), right.max(column));
            }
        }
    }
    (left, right)
}
