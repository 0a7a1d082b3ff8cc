//! What people are called: surnames and characters of given names that are common in Hainan, put together by chance.
//!
//! Invariant: nobody is meant. A name is drawn character by character and from no list of persons; that somebody bears
//! it is as likely as with any name of two or three common characters.

use crate::chance::Chance;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    Male,
    Female,
}

impl Sex {
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Male => Self::Female,
            Self::Female => Self::Male,
        }
    }
}

/// Of the peoples of the country, those that a poor household in Hainan may belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum People {
    Han,
    Li,
    Miao,
    Hui,
    Zhuang,
    Yao,
    /// Married in from far away, with a name of two parts.
    Uyghur,
}

const HAN: [&str; 40] = [
    "陈", "王", "李", "林", "吴", "黄", "张", "符", "周", "郑", "梁", "杨", "刘", "何", "曾", "罗", "谢", "邓", "蔡",
    "许", "韩", "冯", "郭", "唐", "麦", "云", "邢", "卢", "庄", "潘", "钟", "苏", "孙", "徐", "欧", "羊", "薛", "翁",
    "叶", "赵",
];
const LI: [&str; 16] = ["符", "王", "黄", "林", "吉", "董", "陈", "李", "刘", "高", "胡", "容", "罗", "卓", "唐", "韦"];
const MIAO: [&str; 8] = ["邓", "盘", "李", "蒋", "赵", "陈", "黄", "马"];
const HUI: [&str; 6] = ["海", "哈", "蒲", "刘", "江", "李"];
const ZHUANG: [&str; 6] = ["韦", "覃", "黄", "农", "陆", "蓝"];
const MALE: [&str; 48] = [
    "文", "德", "明", "国", "志", "亚", "运", "海", "军", "华", "光", "昌", "泽", "世", "学", "家", "永", "才", "强",
    "平", "福", "雄", "忠", "进", "辉", "生", "荣", "良", "川", "孝", "诗", "教", "兴", "万", "大", "业", "成", "坚",
    "浩", "宇", "杰", "龙", "健", "伟", "亮", "春", "山", "开",
];
const FEMALE: [&str; 48] = [
    "英", "梅", "花", "兰", "香", "丽", "玉", "亚", "秀", "金", "桂", "月", "春", "爱", "娇", "妹", "莲", "燕", "琴",
    "芳", "红", "小", "美", "桃", "彩", "雪", "珍", "凤", "霞", "娜", "婷", "静", "慧", "敏", "琼", "椰", "海", "云",
    "青", "萍", "菊", "转", "姑", "女", "诗", "雅", "欣", "怡",
];
/// Beyond the first plane, of an extension, or missing from old fonts: they break what cuts texts by bytes or by pairs.
const RARE: [&str; 6] = ["𠮷", "㐀", "䶮", "𣲗", "堃", "玥"];
const FAR_GIVEN: [&str; 10] = ["阿依", "古丽", "帕提", "热娜", "米娜", "祖丽", "艾力", "玉素", "阿丽", "努尔"];
const FAR_ENDING: [&str; 6] = ["古丽", "娜尔", "木汗", "尼沙", "汗", "亚"];
const FAR_FATHER: [&str; 8] = ["买买提", "吐尔逊", "阿不都", "肉孜", "依明", "托合提", "库尔班", "玉山"];

impl People {
    /// Code of GB/T 3304, as the dictionary of peoples has it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Han => "01",
            Self::Hui => "03",
            Self::Uyghur => "05",
            Self::Miao => "06",
            Self::Zhuang => "08",
            Self::Yao => "13",
            Self::Li => "19",
        }
    }

    /// Those who live in a county, by how many of a thousand are Li.
    pub fn of_county(county: &str, chance: &mut Chance) -> Self {
        let li = match county {
            "469001" | "469025" | "469029" => 680,
            "469030" | "469028" | "469027" => 500,
            "469026" | "469007" => 360,
            "460200" => 420,
            "460400" | "469006" => 110,
            _ => 12,
        };
        // The Miao live among the Li of the hills.
        let miao = if matches!(county, "469030" | "469029") { 70 } else { li / 30 };
        match chance.below(1000) {
            at if at < li => Self::Li,
            at if at < li + miao => Self::Miao,
            at if at < li + miao + 5 => Self::Zhuang,
            at if at < li + miao + 7 => Self::Hui,
            at if at < li + miao + 9 => Self::Yao,
            _ => Self::Han,
        }
    }

    /// A surname of this people; none for those who have no surnames.
    pub fn surname(self, chance: &mut Chance) -> &'static str {
        match self {
            Self::Han => chance.pick(&HAN),
            Self::Li => chance.pick(&LI),
            Self::Miao | Self::Yao => chance.pick(&MIAO),
            Self::Hui => chance.pick(&HUI),
            Self::Zhuang => chance.pick(&ZHUANG),
            Self::Uyghur => "",
        }
    }
}

/// A whole name. Without a surname it has two parts with a dot between them.
pub fn name(surname: &str, sex: Sex, chance: &mut Chance) -> String {
    if surname.is_empty() {
        let (given, ending, father) = (chance.pick(&FAR_GIVEN), chance.pick(&FAR_ENDING), chance.pick(&FAR_FATHER));
        return format!("{given}{ending}·{father}");
    }
    let characters = match sex {
        Sex::Male => &MALE,
        Sex::Female => &FEMALE,
    };
    let first = chance.pick(characters);
    let rare = chance.hit(0.002);
    let second = if rare { chance.pick(&RARE) } else { chance.pick(characters) };
    let short = !rare && chance.hit(0.15);
    if short { format!("{surname}{first}") } else { format!("{surname}{first}{second}") }
}

#[cfg(test)]
mod tests {
    use super::{People, Sex, name};
    use crate::chance::Chance;

    #[test]
    fn names_are_of_two_or_three_characters_and_a_few_are_hard_to_write() {
        // Given
        let mut chance = Chance::of(&[1]);
        // When
        let names: Vec<String> =
            (0..5000).map(|_| name(People::Li.surname(&mut chance), Sex::Female, &mut chance)).collect();
        // Then
        assert!(names.iter().all(|name| (2..=3).contains(&name.chars().count())));
        let beyond = names.iter().filter(|name| name.chars().any(|c| u32::from(c) > 0xffff || c == '㐀')).count();
        assert!((1..50).contains(&beyond), "{beyond}");
    }

    #[test]
    fn who_has_no_surname_has_a_name_of_two_parts() {
        // Given, when
        let mut chance = Chance::of(&[2]);
        let full = name(People::Uyghur.surname(&mut chance), Sex::Female, &mut chance);
        // Then
        assert_eq!(full.chars().filter(|c| *c == '·').count(), 1, "{full}");
    }

    #[test]
    fn the_hills_are_mostly_li_and_the_north_mostly_han() {
        // Given
        let mut chance = Chance::of(&[3]);
        let mut li = |county| (0..1000).filter(|_| People::of_county(county, &mut chance) == People::Li).count();
        // When, then
        assert!(li("469025") > 600);
        assert!(li("469024") < 40);
    }
}
