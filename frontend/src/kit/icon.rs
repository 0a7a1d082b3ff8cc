//! Line icons, drawn in the page so that they take the colour of the text.

use yew::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Todo,
    Forms,
    Tasks,
    Reports,
    Units,
    People,
    Roles,
    Trail,
    Phone,
    Gateway,
    Bell,
    Search,
    Cross,
    Person,
    Menu,
    Empty,
    Warning,
    Download,
    Upload,
    Print,
    Globe,
    Fold,
    Repeat,
    Rank,
    Trend,
    Clip,
    Down,
    House,
    Find,
    Review,
    Codes,
    Line,
    Eye,
}

impl Shape {
    fn path(self) -> &'static str {
        match self {
            Self::Todo => "M5 4h14v16H5zM9 12l2 2 4-4M9 8h6",
            Self::Forms => "M4 5h16v14H4zM4 10h16M10 10v9",
            Self::Tasks => "M3 11l17-7-5 16-4-6zM11 14l9-10",
            Self::Reports => "M6 3h9l4 4v14H6zM14 3v5h5M9 13h7M9 17h5",
            Self::Units => "M12 3v5M5 16v-3h14v3M12 8v5M3 16h4v4H3zM10 16h4v4h-4zM17 16h4v4h-4zM10 3h4v4h-4z",
            Self::People => {
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-3.5 2.5-6 6-6s6 2.5 6 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2 .8 3 2.8 3 5.5"
            }
            Self::Roles => "M12 3l8 3v6c0 4.5-3.2 7.700-8 9-4.800-1.300-8-4.500-8-9V6zM9 12l2 2 4-4",
            Self::Trail => "M4 6h10M4 12h7M4 18h5M17 21a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM17 15v2l1.500 1",
            Self::Phone => "M4 5h16v11H9l-5 4zM8 9h8M8 12h5",
            Self::Gateway => "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM4 12h16M12 4c3 3 3 13 0 16M12 4c-3 3-3 13 0 16",
            Self::Bell => "M6 17V11a6 6 0 0 1 12 0v6l1.500 1.500h-15zM10 21h4",
            Self::Search => "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500L20 20",
            Self::Cross => "M6 6l12 12M18 6L6 18",
            Self::Person => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 21c0-4 3-7 7.500-7s7.500 3 7.500 7",
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
            Self::Empty => "M4 9l2-5h12l2 5v11H4zM4 9h5l1 3h4l1-3h5",
            Self::Warning => "M12 4l9 16H3zM12 10v4M12 17v.500",
            Self::Upload => "M12 15V4M7 9l5-5 5 5M5 20h14",
            Self::Download => "M12 4v11M7 11l5 5 5-5M5 20h14",
            Self::Print => "M7 9V4h10v5M7 18H4V9h16v9h-3M7 14h10v6H7z",
            Self::Globe => "M4 6h9M8.500 4v2M11 6c-1 4-4 7-7 8M6 9c1 2 3 4 6 5M13 20l4-10 4 10M14.500 17h5",
            Self::Repeat => "M4 11a8 8 0 0 1 14-5l2 2M20 4v4h-4M20 13a8 8 0 0 1-14 5l-2-2M4 20v-4h4",
            Self::Rank => "M5 20v-6h4v6M10 20V6h4v14M15 20v-9h4v9M3 20h18",
            Self::Trend => "M3 20h18M4 15l5-5 4 3 7-8M15 5h5v5",
            Self::Clip => {
                "M19 11l-7.500 7.500a4.600 4.600 0 0 1-6.500-6.500L13 4a3 3 0 0 1 4.500 4.500L10 16a1.500 1.500 0 0 1-2-2l7-7"
            }
            Self::Down => "M6 9l6 6 6-6",
            Self::House => "M3 11l9-7 9 7M5 10v10h14V10M10 20v-6h4v6",
            Self::Find => {
                "M10 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 20c0-3.500 3-6 7-6M16 18a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM18 17.500l3 3"
            }
            Self::Review => "M6 3h9l4 4v6M6 3v18h6M14 3v5h5M9 12h4M14 18l2.500 2.500L21 16",
            Self::Codes => "M4 6h6v6H4zM14 12h6v6h-6zM10 9h4v6M7 12v6h3",
            Self::Line => "M3 20h18M3 12h18M6 20v-4M11 20v-6M16 20V8M20 20V5",
            Self::Eye => "M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
            Self::Fold => "M14 6l-6 6 6 6M19 5v14",
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct IconProps {
    pub shape: Shape,
}

#[component]
pub fn Icon(props: &IconProps) -> Html {
    html! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d={props.shape.path()} /></svg> }
}
