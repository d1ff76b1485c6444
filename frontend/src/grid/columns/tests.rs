use super::*;

fn columns(names: &[&str]) -> Columns {
    let mut columns = Columns::new(
        [("pk".to_owned(), "partition key"), ("sk".to_owned(), "sort key")],
        Remembered::default(),
    );
    for name in names {
        columns.see(name, "S");
    }
    columns.arrange();
    columns
}

fn names(columns: &Columns) -> Vec<String> {
    columns.shown().into_iter().map(|column| column.name).collect()
}

#[test]
fn keys_come_first_then_names() {
    assert_eq!(names(&columns(&["zeta", "alpha", "pk"])), ["pk", "sk", "alpha", "zeta"]);
}

#[test]
fn the_commonest_type_marks_the_column() {
    let mut columns = columns(&[]);
    assert!(columns.see("n", "S"));
    assert!(!columns.see("n", "N"));
    columns.see("n", "N");
    assert_eq!(columns.named("n").map(|column| column.kind), Some("N"));
}

#[test]
fn what_was_arranged_is_remembered() {
    let mut before = columns(&["a", "b", "c"]);
    before.shift("c", -2);
    before.show("b", false);
    before.resize("a", 333.4);
    assert_eq!(names(&before), ["pk", "sk", "c", "a"]);
    let mut after = Columns::new(
        [("pk".to_owned(), "partition key"), ("sk".to_owned(), "sort key")],
        before.remembered().clone(),
    );
    for name in ["d", "a", "b", "c"] {
        after.see(name, "S");
    }
    after.arrange();
    assert_eq!(names(&after), ["pk", "sk", "c", "a", "d"]);
    assert_eq!(after.named("a").map(|column| column.width), Some(333.0));
    after.forget();
    assert_eq!(names(&after), ["pk", "sk", "a", "b", "c", "d"]);
}

#[test]
fn pinned_columns_stay_left_and_shown() {
    let mut columns = columns(&["a", "b"]);
    columns.shift("a", -5);
    columns.move_to("b", "pk");
    columns.show("pk", false);
    assert_eq!(names(&columns), ["pk", "sk", "a", "b"]);
    columns.move_to("b", "a");
    columns.shift("pk", 1);
    assert_eq!(names(&columns), ["sk", "pk", "b", "a"]);
}

#[test]
fn only_columns_in_view_are_painted() {
    let wide: Vec<String> = (0..300).map(|n| format!("attribute{n:03}")).collect();
    let layout = Layout::new(&columns(&wide.iter().map(String::as_str).collect::<Vec<_>>()), 40.0);
    assert_eq!(
        (layout.left(0), layout.pinned_width()),
        (40.0, 40.0 + layout.columns[0].width + layout.columns[1].width)
    );
    assert_eq!((layout.pinned, layout.columns.len()), (2, 302));
    for scroll in [0.0, 5_000.0, 20_000.0, layout.width() - 1_000.0] {
        let range = layout.in_view(scroll, 1_000.0);
        assert!(range.len() < 12, "{range:?}");
        assert!(range.start == 2 || layout.left(range.start) <= scroll + layout.pinned_width());
        assert!(range.end == 302 || layout.left(range.end) >= scroll + 1_000.0);
    }
    let scroll = layout.reveal(200, 0.0, 1_000.0);
    assert!(layout.in_view(scroll, 1_000.0).contains(&200));
    assert_eq!(layout.reveal(1, 700.0, 1_000.0), 700.0);
    assert_eq!(Layout::new(&Columns::default(), 0.0).in_view(0.0, 500.0), 0..0);
}

#[test]
fn names_without_end_do_not_grow_the_grid() {
    let mut columns = columns(&[]);
    for n in 0..2 * MOST {
        columns.see(&format!("n{n}"), "S");
    }
    assert_eq!(columns.all().len(), MOST);
    assert_eq!(columns.left_out, MOST + 2);
}

#[test]
fn a_word_in_front_of_the_last_key_has_room_of_its_own() {
    let mut columns = Columns::new([("pk".to_owned(), "HASH"), ("sk".to_owned(), "RANGE")], Remembered::default());
    let width = |columns: &Columns, name: &str| columns.shown().iter().find(|column| column.name == name).expect("shown").width;
    let (pk, sk) = (width(&columns, "pk"), width(&columns, "sk"));
    columns.make_room(52.0);
    columns.make_room(52.0);
    assert_eq!((width(&columns, "pk"), width(&columns, "sk")), (pk, sk + 52.0));
    // Its values do not take the room back.
    columns.fit("sk", 30);
    assert_eq!(width(&columns, "sk"), 30.0 * 7.6 + 28.0 + 52.0);
    columns.forget();
    assert_eq!(width(&columns, "sk"), sk + 52.0);
    columns.fit_all("pk", 56);
    assert_eq!(width(&columns, "pk"), 56.0 * 7.6 + 28.0);
}
