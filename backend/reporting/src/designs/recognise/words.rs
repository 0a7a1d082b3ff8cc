//! What the words of a printed form say about it. Pure.

/// Units that stand in brackets behind a title.
const UNITS: [&str; 58] = [
    "户",
    "人",
    "个",
    "元",
    "万元",
    "亿元",
    "千元",
    "人次",
    "户次",
    "次",
    "亩",
    "万亩",
    "公顷",
    "公里",
    "千米",
    "米",
    "平方米",
    "㎡",
    "立方米",
    "吨",
    "公斤",
    "千克",
    "斤",
    "%",
    "％",
    "村",
    "所",
    "家",
    "项",
    "件",
    "辆",
    "头",
    "只",
    "羽",
    "岁",
    "年",
    "月",
    "天",
    "日",
    "处",
    "座",
    "套",
    "间",
    "份",
    "批",
    "期",
    "场",
    "名",
    "本",
    "台",
    "株",
    "箱",
    "支",
    "笔",
    "分",
    "条",
    "千瓦",
    "度",
];
/// Units that count what cannot be halved.
const COUNTS: [&str; 38] = [
    "户", "人", "个", "人次", "户次", "次", "村", "所", "家", "项", "件", "辆", "头", "只", "羽", "岁", "年", "月",
    "天", "日", "处", "座", "套", "间", "份", "批", "期", "场", "名", "本", "台", "株", "箱", "支", "笔", "条", "度",
    "分",
];

/// The unit at the end of a title, and the title without it.
pub fn split_unit(title: &str) -> (String, Option<String>) {
    let title = title.trim();
    let whole = || (title.to_owned(), None);
    let Some(inner) = title.strip_suffix('）').or_else(|| title.strip_suffix(')')) else { return whole() };
    let Some(open) = inner.rfind(['（', '(']) else { return whole() };
    let (before, unit) = (&inner[..open], inner[open..].trim_start_matches(['（', '(']).trim());
    let unit = unit.strip_prefix("单位：").or_else(|| unit.strip_prefix("单位:")).unwrap_or(unit).trim();
    if before.trim().is_empty() || !UNITS.contains(&unit) {
        return whole();
    }
    (before.trim().to_owned(), Some(unit.to_owned()))
}

pub fn is_unit(word: &str) -> bool {
    UNITS.contains(&word.trim())
}

pub fn is_count(unit: &str) -> bool {
    COUNTS.contains(&unit)
}

pub fn is_share(unit: &str) -> bool {
    matches!(unit, "%" | "％")
}

/// A line of what a form is headed by and signed with: no part of a table.
pub fn is_about_the_sheet(text: &str) -> bool {
    const WORDS: [&str; 14] = [
        "填报单位",
        "报送单位",
        "编报单位",
        "汇总单位",
        "制表",
        "表号",
        "单位：",
        "单位:",
        "填表人",
        "填报人",
        "负责人",
        "审核人",
        "联系电话",
        "报出日期",
    ];
    WORDS.iter().any(|word| text.contains(word)) && (text.contains('：') || text.contains(':'))
}

/// What follows `表号：` in a text, or a text that is such a number.
pub fn code_in(text: &str) -> Option<String> {
    let is_end = |sign: char| sign.is_whitespace() || sign == '　';
    if let Some((_, rest)) = text.split_once("表号：").or_else(|| text.split_once("表号:")) {
        let code = rest.trim_start().split(is_end).next().unwrap_or_default();
        return (!code.is_empty()).then(|| code.chars().take(50).collect());
    }
    let text = text.trim();
    let before = text.strip_suffix('表').filter(|before| before.ends_with(|sign: char| sign.is_ascii_digit()));
    before.filter(|before| before.chars().count() < 20).map(|_| text.to_owned())
}

/// What follows `单位：` in a text, where it is the measures that are meant and not who fills the form in.
pub fn measures_in(text: &str) -> Option<String> {
    for mark in ["单位：", "单位:"] {
        for (at, _) in text.match_indices(mark) {
            let before = &text[..at];
            let is_who = ["填报", "报送", "编报", "汇总", "制表", "主管", "所在", "责任"]
                .iter()
                .any(|who| before.ends_with(who));
            let rest = text[at + mark.len()..].trim_start();
            let said =
                rest.split(|sign: char| sign.is_whitespace() || sign == '）' || sign == ')').next().unwrap_or_default();
            let measures: Vec<&str> = said.split(['、', '，', ',', '/', '；']).collect();
            if !is_who && !measures.is_empty() && measures.iter().all(|measure| is_unit(measure)) {
                return Some(said.to_owned());
            }
        }
    }
    None
}

/// A column that only numbers the rows.
pub fn numbers_rows(title: &str) -> bool {
    ["序号", "行次", "代码", "编码", "编号", "栏次"].contains(&title)
}

pub fn names_units(title: &str) -> bool {
    ["计量单位", "单位"].contains(&title)
}

pub fn is_total(label: &str) -> bool {
    ["合计", "总计", "小计", "共计", "汇总"].iter().any(|word| label.starts_with(word))
}

/// An explanation of how the form is filled in.
pub fn is_note(text: &str) -> bool {
    ["说明", "注：", "注:", "备注：", "备注:", "填表说明", "填报说明"].iter().any(|word| text.starts_with(word))
}

pub fn asks_for_text(title: &str) -> bool {
    const WORDS: [&str; 16] = [
        "备注",
        "说明",
        "名称",
        "姓名",
        "地址",
        "原因",
        "电话",
        "证号",
        "单位",
        "责任人",
        "联系人",
        "措施",
        "内容",
        "是否",
        "情况",
        "类型",
    ];
    WORDS.iter().any(|word| title.ends_with(word))
}

pub fn asks_for_date(title: &str) -> bool {
    ["日期", "时间"].iter().any(|word| title.ends_with(word))
}

pub fn asks_for_share(title: &str) -> bool {
    ["率", "比例", "占比", "比重"].iter().any(|word| title.ends_with(word)) || title.contains(['%', '％'])
}

pub fn asks_for_money(title: &str) -> bool {
    ["金额", "资金", "收入", "支出", "余额", "工资", "补贴", "投资"].iter().any(|word| title.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_read_from_the_end_of_a_title() {
        let split = |title: &str| split_unit(title);
        assert_eq!(split("脱贫户数（户）"), ("脱贫户数".to_owned(), Some("户".to_owned())));
        assert_eq!(split("投入资金(万元)"), ("投入资金".to_owned(), Some("万元".to_owned())));
        assert_eq!(split("人数（含新增）"), ("人数（含新增）".to_owned(), None), "an explanation is none");
        assert_eq!(split("（户）"), ("（户）".to_owned(), None), "nothing would be left");
    }

    #[test]
    fn the_number_and_the_measures_are_found_among_other_words() {
        assert_eq!(code_in("表号：琼巩固月01表　　制定机关"), Some("琼巩固月01表".to_owned()));
        assert_eq!(code_in("琼巩固月02表"), Some("琼巩固月02表".to_owned()));
        assert_eq!(code_in("附件1：基本情况表"), None);
        assert_eq!(measures_in("填报单位：　　　单位：户、人"), Some("户、人".to_owned()));
        assert_eq!(measures_in("填报单位：某某村"), None);
        assert_eq!(measures_in("计量单位：万元"), Some("万元".to_owned()));
    }
}
