use super::*;

fn words() -> NewWords {
    let word = str::to_owned;
    NewWords {
        section: word("S"),
        row_header: word("H"),
        column: word("C"),
        group: word("G"),
        row: word("R"),
        rule: word("M"),
    }
}

fn form() -> FormDefinition {
    let mut form = FormDefinition {
        code: "a".into(),
        title: "a".into(),
        note: None,
        unit_note: None,
        sections: Vec::new(),
        rules: Vec::new(),
    };
    add_section(&mut form, &words());
    form
}

fn keys(form: &FormDefinition) -> Vec<String> {
    leaves(&form.sections[0].columns).into_iter().map(|leaf| leaf.key).collect()
}

#[test]
fn a_new_section_can_be_filled_at_once() {
    let form = form();
    assert!(fupin_form::Form::compile(form.clone()).is_ok());
    assert_eq!((form.sections[0].key.as_str(), keys(&form)), ("s1", vec!["c1".to_owned()]));
}

#[test]
fn columns_come_beside_and_below_one_another_under_keys_of_their_own() {
    let mut form = form();
    let beside = add_column(&mut form, 0, &[0], &words());
    assert_eq!(beside, Chosen::Head { section: 0, path: vec![1] });
    group(&mut form, 0, &[0], &words());
    let below = add_column_below(&mut form, 0, &[0], &words());
    assert_eq!(below, Chosen::Head { section: 0, path: vec![0, 1] });
    assert_eq!((keys(&form), depth(&form.sections[0].columns)), (vec!["c1".into(), "c3".into(), "c2".into()], 2));
    assert_eq!(width(&form.sections[0].columns[0]), 2);
    ungroup(&mut form, 0, &[0]);
    assert_eq!((keys(&form), depth(&form.sections[0].columns)), (vec!["c1".into(), "c3".into(), "c2".into()], 1));
}

#[test]
fn what_moves_stays_chosen_and_stops_at_the_ends() {
    let mut form = form();
    let second = add_row(&mut form, 0, Some(0), &words());
    let first = shift(&mut form, &second, Shift::Earlier);
    assert_eq!(first, Chosen::Row { section: 0, row: 0 });
    assert_eq!(shift(&mut form, &first, Shift::Earlier), first);
    let column = add_column(&mut form, 0, &[0], &words());
    assert_eq!(shift(&mut form, &column, Shift::Earlier), Chosen::Head { section: 0, path: vec![0] });
    assert_eq!(keys(&form), ["c2", "c1"]);
}

#[test]
fn an_exception_comes_and_goes_with_what_it_says() {
    let mut form = form();
    let cell = Chosen::Cell { section: 0, row: "r1".into(), column: "c1".into() };
    let blocked = CellTraits { blocked: Some(true), ..CellTraits::default() };
    set_traits(&mut form, &cell, blocked.clone());
    assert_eq!(traits_of(&form, &cell), Some(&blocked));
    set_traits(&mut form, &cell, CellTraits::default());
    assert!(form.sections[0].cells.is_empty());
    set_traits(&mut form, &cell, blocked);
    remove(&mut form, &Chosen::Row { section: 0, row: 0 });
    assert!(form.sections[0].cells.is_empty(), "nothing is left of a row that is gone");
}
