//! Tables in bulk: what is understood, what is refused and where, what is taken, undone, and taken up again after a kill.

use std::io::{Cursor, Write};

use calamine::{Data, Reader, Xlsx};
use fupin_client::Uuid;
use fupin_contract::{
    RegistryImportId,
    access::Role,
    registry::{
        CSV_MEDIA_TYPE, CodeGapFilter, ExportTable, FindPeople, GZIP_MEDIA_TYPE, Household, HouseholdAct,
        HouseholdFilter, MapCode, Purpose, SeenAct, SightingFilter, TableFaultFilter, TableImport, TableImportState,
        TableKind, UploadTable, YearQuery, ZIP_MEDIA_TYPE,
    },
    reporting::SHEET_MEDIA_TYPE,
};
use fupin_testing::Person;

use crate::world::{World, id_number, refused, written};

const HEADER: &str = "省,市,县（区）,乡（镇）,行政村,户编号,姓名,性别,出生日期,证件类型,证件号码,民族,联系电话,年度,与户主关系,文化程度,健康状况,务工月数,识别标准,家庭联系电话";

/// A row of the people's table.
fn row(village: &str, household: &str, name: &str, number: &str, relation: &str, rest: &str) -> String {
    format!("样例省,省直辖,甲县,甲东镇,{village},{household},{name},,,居民身份证,{number},汉族,,2025,{relation},{rest}")
}

fn table(rows: &[String]) -> Vec<u8> {
    format!("{HEADER}\r\n{}\r\n", rows.join("\r\n")).into_bytes()
}

/// Two households of two.
fn good() -> Vec<String> {
    vec![
        row("甲东一村", "H1", "符亚大", &id_number("1970-03-05", 11), "户主", "小学,健康,3,国家标准,19900000001"),
        row("甲东一村", "H1", "王阿香", &id_number("1972-01-01", 22), "配偶", "初中,长期慢性病,0,国家标准,"),
        row("甲东二村", "H2", "陈亚弟", &id_number("1965-07-01", 33), "户主", "小学,健康,,国家标准,"),
        row("甲东二村", "H2", "陈小弟", &id_number("1995-07-01", 35), "之子", "高中,健康,10,国家标准,"),
    ]
}

fn how() -> UploadTable {
    UploadTable { table: TableKind::Person, source: None, name: Some("人口.csv".to_owned()), atomic: None }
}

struct Office {
    world: World,
    officer: Person,
}

impl Office {
    async fn open() -> Self {
        fupin_sheet::read_with(env!("CARGO_BIN_EXE_parse-table"));
        let world = World::start_unreviewed().await;
        let officer = world.app.person(Role::Officer, "样例省").await;
        Self { world, officer }
    }

    async fn uploaded(&self, how: &UploadTable, media: &'static str, file: Vec<u8>) -> TableImport {
        let import = self.officer.client.upload_table(how, media, file, Uuid::new_v4()).await.unwrap();
        self.worked(import.id).await
    }

    async fn worked(&self, id: RegistryImportId) -> TableImport {
        fupin_registry::imports::work(&self.world.app.app, id).await.unwrap();
        self.officer.client.get_table_import(id).await.unwrap()
    }

    async fn taken(&self, file: Vec<u8>) -> TableImport {
        let import = self.uploaded(&how(), CSV_MEDIA_TYPE, file).await;
        self.officer.client.take_table(import.id, Uuid::new_v4()).await.unwrap();
        self.worked(import.id).await
    }

    /// Codes of faults by row and column.
    async fn faults(&self, id: RegistryImportId) -> Vec<(i64, Option<String>, String)> {
        let filter = TableFaultFilter { warns: Some(false), ..TableFaultFilter::default() };
        let page = self.officer.client.list_table_faults(id, &filter).await.unwrap();
        page.items.into_iter().map(|fault| (fault.row, fault.column, fault.code)).collect()
    }

    async fn household(&self, number: &str) -> Household {
        let asked = FindPeople { household_number: Some(number.to_owned()), ..FindPeople::default() };
        let found = self.officer.client.find_people(&asked).await.unwrap();
        self.officer.client.get_household(found.items[0].household_id, &YearQuery::default()).await.unwrap()
    }

    async fn count(&self, query: &str) -> i64 {
        self.world.app.number(query).await
    }
}

#[tokio::test]
async fn a_table_is_looked_at_and_then_taken() {
    let office = Office::open().await;
    let import = office.uploaded(&how(), CSV_MEDIA_TYPE, table(&good())).await;
    assert_eq!((import.state, import.total, import.format.as_str()), (TableImportState::Checked, 4, "csv"));
    assert_eq!((import.counts.create, import.counts.faulty), (4, 0), "{:?}", office.faults(import.id).await);
    assert_eq!(office.count("select count(*) from person").await, 0, "a look changes nothing");
    assert!(import.columns.missing.contains(&"labour".to_owned()));
    office.officer.client.take_table(import.id, Uuid::new_v4()).await.unwrap();
    let import = office.worked(import.id).await;
    assert_eq!((import.state, import.counts.create), (TableImportState::Done, 4));
    let page = office.household("H1").await;
    assert_eq!(page.members.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(), ["符亚大", "王阿香"]);
    assert_eq!((page.year, page.head_id), (2025, Some(page.members[0].id)));
    assert_eq!(page.members[1].facts["health"].value, "02");
    assert_eq!(page.facts["household_phone"].value, "199****0001");
    let origin = &page.origins[page.facts["standard"].origin as usize];
    assert_eq!((origin.kind.as_str(), origin.source.as_str()), ("import", "人口.csv"));
    let left = std::fs::read_dir(office.world.app.app.settings.data_dir.join(fupin_registry::imports::FOLDER)).unwrap();
    assert_eq!(left.count(), 0, "its file is gone");
}

#[tokio::test]
async fn bad_rows_are_named_by_row_and_column_and_keep_no_good_one_from_being_taken() {
    let office = Office::open().await;
    let mut rows = good();
    rows.push(row("甲东一村", "H3", "符一", "6.22E+17", "户主", "小学,健康,,,"));
    rows.push(row("甲东一村", "H4", "符二", &id_number("1980-01-01", 41), "户主", "小学,健康,十个月,,"));
    rows.push(row("甲东三村", "H5", "符三", &id_number("1980-01-01", 43), "户主", "小学,健康,,,"));
    rows.push(row("甲东一村", "H6", "", &id_number("1980-01-01", 45), "户主", "小学,健康,,,19900"));
    rows.push(row("甲东一村", "H1", "符四", &id_number("1980-01-01", 47), "户主", "小学,健康,,,"));
    rows.push(row("甲东一村", "H7", "符五", &id_number("1980-01-01", 49), "之女", "小学,健康,,,"));
    rows.push(row("甲东一村", "H8", "符六", &id_number("1970-03-05", 11), "户主", "小学,健康,,,"));
    let import = office.uploaded(&how(), CSV_MEDIA_TYPE, table(&rows)).await;
    let column = |name: &str| Some(name.to_owned());
    let expected = [
        (6, column("证件号码"), "id_number.rounded"),
        (7, column("务工月数"), "fact.not_a_number"),
        (8, column("行政村"), "import.no_village"),
        (9, column("姓名"), "fact.name"),
        (9, column("家庭联系电话"), "fact.not_a_phone"),
        (10, column("与户主关系"), "registry.two_heads"),
        (11, column("与户主关系"), "registry.no_head"),
        (12, None, "import.person_twice"),
    ];
    let expected = expected.map(|(row, column, code)| (row, column, code.to_owned()));
    assert_eq!(office.faults(import.id).await, expected);
    assert_eq!((import.counts.create, import.counts.faulty), (4, 7));
    office.officer.client.take_table(import.id, Uuid::new_v4()).await.unwrap();
    let import = office.worked(import.id).await;
    assert_eq!((import.counts.create, import.counts.faulty), (4, 7));
    assert_eq!(office.count("select count(*) from person").await, 4);

    // The bad rows come back whole, are mended there, and are taken in turn.
    let file = office.officer.client.download_bad_rows(import.id).await.unwrap().bytes;
    let mut book = Xlsx::new(Cursor::new(file)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let cell = |row: u32, column: u32| sheet.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    assert_eq!((cell(0, 0).as_str(), cell(0, 1).as_str(), cell(1, 0).as_str()), ("原行号", "错误说明", "6"));
    assert!(cell(1, 1).starts_with("证件号码："), "{}", cell(1, 1));
    assert_eq!(sheet.get_value((2, 12)), Some(&Data::String(id_number("1980-01-01", 41))));
    let mut mended = String::new();
    for line in sheet.rows().map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>()) {
        if ["原行号", "7"].contains(&line[0].as_str()) {
            mended += &(line.join(",").replace("十个月", "10") + "\n");
        }
    }
    let again = office.taken(mended.into_bytes()).await;
    assert_eq!((again.counts.create, again.counts.faulty), (1, 0), "{:?}", office.faults(again.id).await);
    let stranger = office.world.app.person(Role::Officer, "样例省").await;
    assert_eq!(refused(stranger.client.download_bad_rows(import.id).await), "import.not_yours");
}

#[tokio::test]
async fn the_same_table_twice_changes_nothing_and_says_so() {
    let office = Office::open().await;
    office.taken(table(&good())).await;
    let before = office.count("select count(*) from registry_import_before").await;
    let again = office.uploaded(&how(), CSV_MEDIA_TYPE, table(&good())).await;
    assert_eq!((again.counts.create, again.counts.update, again.counts.same), (0, 0, 4));
    assert!(again.same_file_at.is_some());
    let nothing = office.officer.client.take_table(again.id, Uuid::new_v4()).await;
    assert_eq!(refused(nothing), "import.nothing_new");
    assert_eq!(office.count("select count(*) from registry_import_before").await, before);
}

#[tokio::test]
async fn who_has_no_number_is_known_by_the_name_within_the_household() {
    let office = Office::open().await;
    let child = |number: &str| {
        row("甲东一村", "H1", "符小宝", number, "之女", "学龄前,健康,,国家标准,")
            .replace(",,,居民", ",女,2024-05-01,居民")
    };
    let mut rows = good();
    rows.push(child("999999202405010000"));
    let import = office.taken(table(&rows)).await;
    assert_eq!((import.counts.create, import.counts.faulty), (5, 0), "{:?}", office.faults(import.id).await);
    let again = office.uploaded(&how(), CSV_MEDIA_TYPE, table(&rows)).await;
    assert_eq!((again.counts.create, again.counts.update, again.counts.same), (0, 0, 5));
    rows.push(child("999999202405010000"));
    let twice = office.uploaded(&how(), CSV_MEDIA_TYPE, table(&rows)).await;
    assert_eq!(office.faults(twice.id).await, [(7, None, "import.person_twice".to_owned())]);
}

#[tokio::test]
async fn columns_are_known_by_their_names_whatever_their_order_and_width() {
    let office = Office::open().await;
    let number = id_number("1970-03-05", 11);
    let wide: String = number.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
    let text = format!(
        "人口信息表\n身份证号,与户主的关系, 姓 名 ,备注,户编码,村,镇,县(区),年份\n{wide},户主,𠮷·㐀,随便,H9,甲东一村,甲东镇,甲县,2025年\n"
    );
    let (gb, _, lossy) = encoding_rs::GB18030.encode(&text);
    assert!(!lossy);
    let import = office.taken(gb.into_owned()).await;
    assert_eq!(import.counts.create, 1, "{:?} {:?}", import.failure, office.faults(import.id).await);
    assert_eq!(import.columns.unknown, ["备注"]);
    assert_eq!(office.household("H9").await.members[0].name, "𠮷·㐀");
    let missing = office.uploaded(&how(), CSV_MEDIA_TYPE, b"a,b\n1,2\n".to_vec()).await;
    let failure = missing.failure.unwrap();
    assert_eq!((missing.state, failure.code.as_str()), (TableImportState::Failed, "import.column_missing"));
    assert!(failure.params["columns"].as_str().unwrap().contains("证件号码"));
    let twice = office.uploaded(&how(), CSV_MEDIA_TYPE, "姓名,成员姓名\n1,2\n".as_bytes().to_vec()).await;
    assert_eq!(twice.failure.unwrap().code, "import.column_twice");
}

#[tokio::test]
async fn packed_texts_and_workbooks_are_read_as_well_and_other_files_are_told_what_they_are() {
    let office = Office::open().await;
    let text = table(&good());
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(&text).unwrap();
    let import = office.uploaded(&how(), GZIP_MEDIA_TYPE, gz.finish().unwrap()).await;
    assert_eq!((import.format.as_str(), import.counts.create), ("csv.gz", 4));
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("人口.csv", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&text).unwrap();
    let import = office.uploaded(&how(), ZIP_MEDIA_TYPE, zip.finish().unwrap().into_inner()).await;
    assert_eq!((import.format.as_str(), import.counts.create), ("csv.zip", 4));

    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in std::str::from_utf8(&text).unwrap().lines().enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            sheet.write_string(row as u32, column as u16, cell).unwrap();
        }
    }
    // A number of eighteen digits that was typed as a number has lost its end.
    sheet.write_number(2, 10, 469_999_197_201_010_225.0).unwrap();
    let import = office.uploaded(&how(), SHEET_MEDIA_TYPE, book.save_to_buffer().unwrap()).await;
    assert_eq!(
        (import.format.as_str(), import.counts.create, import.counts.faulty),
        ("xlsx", 3, 1),
        "{:?}",
        import.failure
    );
    assert_eq!(office.faults(import.id).await, [(3, Some("证件号码".to_owned()), "id_number.rounded".to_owned())]);
    for (file, code) in [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old".to_vec(), "import.old_format"),
        (Vec::new(), "import.empty"),
        (b"\xff\xff\xff,\xff".to_vec(), "import.encoding"),
        (HEADER.as_bytes().to_vec(), "import.empty"),
    ] {
        let import = office.uploaded(&how(), CSV_MEDIA_TYPE, file).await;
        assert_eq!(import.failure.unwrap().code, code);
    }
}

#[tokio::test]
async fn an_import_is_undone_as_a_whole_while_nothing_rests_on_it() {
    let office = Office::open().await;
    office.taken(table(&good())).await;
    let before = office.household("H1").await;
    let mut rows = good();
    rows[0] = row("甲东一村", "H1", "符亚大", &id_number("1970-03-05", 11), "户主", "高中,健康,3,国家标准,19900000009");
    rows.push(row("甲东二村", "H3", "李阿四", &id_number("1960-01-01", 51), "户主", "小学,健康,,国家标准,"));
    let second = office.taken(table(&rows)).await;
    assert_eq!((second.counts.create, second.counts.update, second.counts.same), (1, 1, 3));
    let changed = office.household("H1").await;
    assert_eq!(changed.members[0].facts["education"].value, "04");
    assert_eq!(changed.facts["household_phone"].value, "199****0009");
    office.officer.client.undo_table(second.id, Uuid::new_v4()).await.unwrap();
    assert_eq!(office.worked(second.id).await.state, TableImportState::Undone);
    let after = office.household("H1").await;
    assert_eq!((&after.members, &after.facts), (&before.members, &before.facts));
    let list = office.officer.client.list_households(&HouseholdFilter::default()).await.unwrap();
    assert_eq!(list.items.iter().map(|line| line.number.as_str()).collect::<Vec<_>>(), ["H1", "H2"]);
    assert_eq!(office.count("select count(*) from person where voided_at is not null").await, 1, "voided, not deleted");

    // Somebody has built on the first one.
    let clerk = &office.world.clerk;
    let act = HouseholdAct::CorrectHousehold { facts: written(&[("house_area", "80")]) };
    let act = fupin_contract::registry::ChangeHousehold { version: after.version, year: 2025, act };
    clerk.client.change_household(after.id, &act, Uuid::new_v4()).await.unwrap();
    let imports = office.officer.client.list_table_imports(&Default::default()).await.unwrap();
    let first = imports.items.last().unwrap().id;
    assert_eq!(refused(office.officer.client.undo_table(first, Uuid::new_v4()).await), "import.rested_on");
}

#[tokio::test]
async fn a_table_that_is_asked_for_as_a_whole_is_taken_as_a_whole() {
    let office = Office::open().await;
    let whole = UploadTable { atomic: Some(true), ..how() };
    let mut rows = good();
    rows.push(row("甲东一村", "H3", "符一", "123", "户主", "小学,健康,,,"));
    let import = office.uploaded(&whole, CSV_MEDIA_TYPE, table(&rows)).await;
    assert_eq!(refused(office.officer.client.take_table(import.id, Uuid::new_v4()).await), "import.atomic_faulty");
    let import = office.uploaded(&whole, CSV_MEDIA_TYPE, table(&good())).await;
    office.officer.client.take_table(import.id, Uuid::new_v4()).await.unwrap();
    // Somebody registers one of the people elsewhere in between.
    let number = id_number("1995-07-01", 35);
    let act = office.world.household("甲东一村", office.world.member("陈小弟", "01", &number));
    let act = fupin_contract::registry::RegisterHousehold { year: 2025, ..act };
    office.world.clerk.client.register_household(&act, Uuid::new_v4()).await.unwrap();
    let import = office.worked(import.id).await;
    assert_eq!(import.failure.unwrap().code, "import.atomic_faulty");
    assert_eq!(office.count("select count(*) from person").await, 1, "nothing of it was taken");
}

#[tokio::test]
async fn a_code_that_nobody_knows_waits_until_somebody_says_what_it_means() {
    let office = Office::open().await;
    let mut rows = good();
    rows[1] = row("甲东一村", "H1", "王阿香", &id_number("1972-01-01", 22), "配偶", "初中,患慢病,0,国家标准,");
    let import = office.taken(table(&rows)).await;
    assert_eq!((import.counts.create, import.counts.warned), (4, 1), "the row is taken without it");
    let page = office.household("H1").await;
    assert_eq!(page.members[1].facts["health"].unmapped.as_deref(), Some("患慢病"));
    let gaps = office.officer.client.list_code_gaps(&CodeGapFilter::default()).await.unwrap();
    assert_eq!(
        (gaps.items[0].dictionary.as_str(), gaps.items[0].typed.as_str(), gaps.items[0].seen),
        ("health", "患慢病", 1)
    );
    let county = office.world.app.person(Role::Officer, "甲县").await;
    let means = MapCode { means: "02".to_owned() };
    assert_eq!(refused(county.client.map_code(gaps.items[0].id, &means).await), "registry.only_province_maps");
    office.officer.client.map_code(gaps.items[0].id, &means).await.unwrap();
    let page = office.household("H1").await;
    let health = &page.members[1].facts["health"];
    assert_eq!((health.value.as_str(), health.unmapped.as_deref()), ("02", None));
    let again = office.uploaded(&how(), CSV_MEDIA_TYPE, table(&rows)).await;
    assert_eq!((again.counts.same, again.counts.warned), (4, 0));
}

#[tokio::test]
async fn a_county_brings_in_its_own_villages_alone() {
    let office = Office::open().await;
    let county = office.world.app.person(Role::Officer, "乙县").await;
    let import = county.client.upload_table(&how(), CSV_MEDIA_TYPE, table(&good()), Uuid::new_v4()).await.unwrap();
    fupin_registry::imports::work(&office.world.app.app, import.id).await.unwrap();
    let import = county.client.get_table_import(import.id).await.unwrap();
    assert_eq!(import.counts.faulty, 4);
    let other = office.world.app.person(Role::Officer, "甲县").await;
    assert_eq!(refused(other.client.get_table_import(import.id).await), "request.not_found");
    assert_eq!(refused(office.world.clerk.client.list_table_imports(&Default::default()).await), "access.forbidden");
}

#[tokio::test]
async fn years_are_brought_in_in_any_order_and_the_latest_holds_today() {
    let office = Office::open().await;
    office.taken(table(&good())).await;
    let older: Vec<String> =
        good().iter().map(|row| row.replace(",2025,", ",2024,").replace("甲东二村,H2", "甲东一村,H2")).collect();
    let import = office.taken(table(&older)).await;
    assert_eq!((import.counts.create, import.counts.update), (4, 0));
    let page = office.household("H2").await;
    assert_eq!((page.years.as_slice(), page.village.name.as_str()), (&[2025, 2024][..], "甲东二村"));
    let old = office.officer.client.get_household(page.id, &YearQuery { year: Some(2024) }).await.unwrap();
    assert_eq!((old.village.name.as_str(), old.members.len()), ("甲东一村", 2));
}

#[tokio::test]
async fn ledgers_and_household_values_come_in_tables_of_their_own() {
    let office = Office::open().await;
    office.taken(table(&good())).await;
    let homes = "行政村,乡（镇）,县（区）,户编号,年度,户类型,耕地面积\n甲东一村,甲东镇,甲县,H1,2025,一般脱贫户,3.5\n";
    let household = UploadTable { table: TableKind::Household, ..how() };
    let import = office.uploaded(&household, CSV_MEDIA_TYPE, homes.as_bytes().to_vec()).await;
    assert_eq!(import.counts.update, 1, "{:?} {:?}", import.failure, office.faults(import.id).await);
    office.officer.client.take_table(import.id, Uuid::new_v4()).await.unwrap();
    office.worked(import.id).await;
    let income = UploadTable { table: TableKind::Income, ..how() };
    let ledger = "户编号,年度,A1,B1,E1\nH1,2025,\"24,000\",9600,3900.5\nH8,2025,1,1,1\n";
    let import = office.uploaded(&income, CSV_MEDIA_TYPE, ledger.as_bytes().to_vec()).await;
    assert_eq!(office.faults(import.id).await, [(3, None, "import.no_household".to_owned())]);
    office.officer.client.take_table(import.id, Uuid::new_v4()).await.unwrap();
    assert_eq!(office.worked(import.id).await.counts.create, 1);
    let page = office.household("H1").await;
    assert_eq!((page.facts["kind"].value.as_str(), page.facts["farmland"].value.as_str()), ("01", "3.5"));
    assert_eq!(page.incomes[0].sum.per_capita.to_string(), "14849.75");
}

#[tokio::test]
async fn what_was_taken_before_a_kill_stays_and_the_rest_follows() {
    let office = Office::open().await;
    let import = office.uploaded(&how(), CSV_MEDIA_TYPE, table(&good())).await;
    office.officer.client.take_table(import.id, Uuid::new_v4()).await.unwrap();
    office.worked(import.id).await;
    // As a kill would leave it: half of the rows are dealt with, and it is still to be done.
    let half = format!(
        "update registry_import set state = 'taking', finished_at = null, handled = 0 where registry_import_id = '{}'",
        import.id
    );
    let key = "select count(*) from registry_import where key_sealed is not null";
    assert_eq!(office.count(key).await, 0);
    office.world.app.sql(&half).await;
    let failed = office.worked(import.id).await;
    assert_eq!(failed.state, TableImportState::Failed, "without its file nothing can follow");
    assert_eq!(office.count("select count(*) from person").await, 4);
}

#[tokio::test]
async fn what_is_taken_out_can_be_brought_in_again_and_numbers_leave_for_a_purpose_alone() {
    let office = Office::open().await;
    let mut rows = good();
    rows[1] = row("甲东一村", "H1", "=1+1", &id_number("1972-01-01", 22), "配偶", "初中,长期慢性病,0,国家标准,");
    office.taken(table(&rows)).await;
    let asked = |purpose| ExportTable { table: TableKind::Person, year: 2025, unit_id: None, purpose };
    let masked = office.officer.client.export_table(&asked(None)).await.unwrap();
    let text = String::from_utf8(masked.bytes).unwrap();
    assert!(text.starts_with('\u{feff}') && text.contains("469***********") && !text.contains("46999919"), "{text}");
    assert!(text.contains(",'=1+1,") && text.contains("199****0001"), "{text}");
    let clear = office.officer.client.export_table(&asked(Some(Purpose::Inspection))).await.unwrap();
    let text = String::from_utf8(clear.bytes.clone()).unwrap();
    assert!(text.contains(&id_number("1970-03-05", 11)), "{text}");
    let row = "select count(*) from audit_row where event = 'registry.table_exported' and outcome = 'done' and detail::jsonb->>'purpose' = 'inspection'";
    assert_eq!(office.count(row).await, 1);
    let again = office.uploaded(&how(), CSV_MEDIA_TYPE, clear.bytes).await;
    assert_eq!(
        (again.counts.same, again.counts.update, again.counts.faulty),
        (4, 0, 0),
        "{:?}",
        office.faults(again.id).await
    );
    let county = office.world.app.person(Role::Officer, "乙县").await;
    let empty = county.client.export_table(&asked(None)).await.unwrap();
    assert_eq!(String::from_utf8(empty.bytes).unwrap().lines().count(), 1);
    let auditor = office.world.app.person(Role::AuditAdmin, "样例省").await;
    let head = office.household("H1").await.members[0].id;
    let of = SightingFilter { person_id: Some(head), ..SightingFilter::default() };
    let seen = auditor.client.list_sightings(&of).await.unwrap();
    assert_eq!(seen.items.iter().filter(|seen| seen.act == SeenAct::Exported).count(), 2);
}

#[tokio::test]
async fn an_empty_table_to_fill_is_understood_when_it_comes_back() {
    let office = Office::open().await;
    for table in TableKind::ALL {
        let file = office.officer.client.download_table_template(table).await.unwrap();
        assert!(file.name.ends_with("导入模板.xlsx"), "{}", file.name);
        let mut book = Xlsx::new(Cursor::new(file.bytes)).unwrap();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        let header: Vec<String> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
        if table == TableKind::Person {
            assert_eq!(header.len(), 47);
        }
        let text = format!("{}\n{}\n", header.join(","), vec!["1"; header.len()].join(","));
        let import = office.uploaded(&UploadTable { table, ..how() }, CSV_MEDIA_TYPE, text.into_bytes()).await;
        assert_eq!((import.columns.unknown.as_slice(), import.columns.missing.as_slice()), (&[][..], &[][..]));
    }
}
