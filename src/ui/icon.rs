//! The icons in use: Lucide (ISC licence, see `NOTICE`), each as one path on a grid of 24.
//!
//! A path and not a symbol of a sprite, so that canvas views draw the same icon with `Path2D`.

use super::dom::{El, svg};

/// An icon by its name at Lucide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// `check`: Fine.
    Check,
    /// `circle-check`: Fine, of a run.
    CircleCheck,
    /// `circle-x`: An error.
    CircleX,
    /// `octagon-minus`: Refused because a budget was spent.
    OctagonMinus,
    /// `flag`: Crossed a budget.
    Flag,
    /// `triangle-alert`: Something to look at.
    TriangleAlert,
    /// `info`: Worth knowing.
    Info,
    /// `loader`: Still running, or at work.
    Loader,
    /// `circle-dashed`: Unknown.
    CircleDashed,
    /// `search`: Search.
    Search,
    /// `list-filter`: Filter.
    ListFilter,
    /// `link`: Address of what is shown, or a link.
    Link,
    /// `copy`: Copy.
    Copy,
    /// `sun`: Light theme.
    Sun,
    /// `moon`: Dark theme.
    Moon,
    /// `monitor`: The system's theme.
    Monitor,
    /// `circle-question-mark`: Help.
    CircleQuestionMark,
    /// `route`: Critical path.
    Route,
    /// `chart-line`: Curves.
    ChartLine,
    /// `chevrons-up-down`: Expand all.
    ChevronsUpDown,
    /// `chevrons-down-up`: Collapse all.
    ChevronsDownUp,
    /// `chevron-down`: A menu, or expanded.
    ChevronDown,
    /// `chevron-right`: Collapsed.
    ChevronRight,
    /// `chevron-up`: Upwards.
    ChevronUp,
    /// `arrow-up`: Sorted from the smallest.
    ArrowUp,
    /// `arrow-down`: Sorted from the largest.
    ArrowDown,
    /// `arrow-left`: Back.
    ArrowLeft,
    /// `arrow-right`: Onwards.
    ArrowRight,
    /// `ellipsis`: More.
    Ellipsis,
    /// `x`: Close.
    X,
    /// `file-json`: A file.
    FileJson,
    /// `files`: Several files.
    Files,
    /// `upload`: Bring files here.
    Upload,
    /// `download`: Save as a file.
    Download,
    /// `clock`: Opened before.
    Clock,
    /// `globe`: Fetched from an address.
    Globe,
    /// `panel-left`: The rail.
    PanelLeft,
    /// `panel-right`: The inspector.
    PanelRight,
    /// `crosshair`: Longest step.
    Crosshair,
    /// `eye-off`: Secrets are covered.
    EyeOff,
    /// `circle-dollar-sign`: Costliest step.
    CircleDollar,
    /// `unlink`: A parent or link that leads nowhere.
    Unlink,
    /// `settings`: Settings.
    Settings,
    /// `plus`: Add.
    Plus,
    /// `minus`: Not this one.
    Minus,
    /// `maximize-2`: All of it.
    Maximize,
    /// `wrap-text`: Wrapped lines.
    WrapText,
    /// `external-link`: Opens elsewhere.
    ExternalLink,
    /// `circle-dot`: Now.
    CircleDot,
    /// `user`: A user.
    User,
    /// `message-square`: A model's call, or its words.
    MessageSquare,
    /// `wrench`: A tool.
    Wrench,
    /// `bot`: An agent.
    Bot,
    /// `library`: A search for documents, vectors, their order.
    Library,
    /// `forward`: A hand-off.
    Forward,
    /// `shield-check`: A check or judgement.
    ShieldCheck,
    /// `workflow`: A workflow, chain, step.
    Workflow,
    /// `book-open`: A skill being loaded.
    BookOpen,
}

impl Icon {
    /// The outline, to be stroked with round caps and joins on a grid of 24.
    #[rustfmt::skip]
    pub fn path(self) -> &'static str {
        match self {
            Self::Check => "M20 6 9 17l-5-5",
            Self::CircleCheck => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M16 9l-5.5 5.5L8 12",
            Self::CircleX => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M15 9l-6 6M9 9l6 6",
            Self::OctagonMinus => "M2.586 16.726A2 2 0 0 1 2 15.312V8.688a2 2 0 0 1 .586-1.414l4.688-4.688A2 2 0 0 1 8.688 2h6.624a2 2 0 0 1 1.414.586l4.688 4.688A2 2 0 0 1 22 8.688v6.624a2 2 0 0 1-.586 1.414l-4.688 4.688a2 2 0 0 1-1.414.586H8.688a2 2 0 0 1-1.414-.586zM8 12h8",
            Self::Flag => "M4 15s1-1 4-1 5 2 8 2 4-1 4-1V3s-1 1-4 1-5-2-8-2-4 1-4 1zM4 22v-7",
            Self::TriangleAlert => "M21.73 18l-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3M12 9v4M12 17h.01",
            Self::Info => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M12 16v-4M12 8h.01",
            Self::Loader => "M12 2v4M16.2 7.8l2.9-2.9M18 12h4M16.2 16.2l2.9 2.9M12 18v4M4.9 19.1l2.9-2.9M2 12h4M4.9 4.9l2.9 2.9",
            Self::CircleDashed => "M10.1 2.182a10 10 0 0 1 3.8 0M13.9 21.818a10 10 0 0 1-3.8 0M17.609 3.721a10 10 0 0 1 2.69 2.7M2.182 13.9a10 10 0 0 1 0-3.8M20.279 17.609a10 10 0 0 1-2.7 2.69M21.818 10.1a10 10 0 0 1 0 3.8M3.721 6.391a10 10 0 0 1 2.7-2.69M6.391 20.279a10 10 0 0 1-2.69-2.7",
            Self::Search => "M21 21l-4.34-4.34M3 11a8 8 0 1 0 16 0a8 8 0 1 0 -16 0",
            Self::ListFilter => "M2 5h20M6 12h12M9 19h6",
            Self::Link => "M10 13a5 5 0 0 0 7.54.54l3-3a5 5 0 0 0-7.07-7.07l-1.72 1.71M14 11a5 5 0 0 0-7.54-.54l-3 3a5 5 0 0 0 7.07 7.07l1.71-1.71",
            Self::Copy => "M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1 -2 2h-10a2 2 0 0 1 -2 -2v-10a2 2 0 0 1 2 -2zM4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2",
            Self::Sun => "M8 12a4 4 0 1 0 8 0a4 4 0 1 0 -8 0M12 2v2M12 20v2M4.93 4.93l1.41 1.41M17.66 17.66l1.41 1.41M2 12h2M20 12h2M6.34 17.66l-1.41 1.41M19.07 4.93l-1.41 1.41",
            Self::Moon => "M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215.825-.004.803.401",
            Self::Monitor => "M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1 -2 2h-16a2 2 0 0 1 -2 -2v-10a2 2 0 0 1 2 -2zM8 21L16 21M12 17L12 21",
            Self::CircleQuestionMark => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M9.09 9a3 3 0 0 1 5.83 1c0 2-3 3-3 3M12 17h.01",
            Self::Route => "M3 19a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M9 19h8.5a3.5 3.5 0 0 0 0-7h-11a3.5 3.5 0 0 1 0-7H15M15 5a3 3 0 1 0 6 0a3 3 0 1 0 -6 0",
            Self::ChartLine => "M3 3v16a2 2 0 0 0 2 2h16M19 9l-5 5-4-4-3 3",
            Self::ChevronsUpDown => "M7 15l5 5 5-5M7 9l5-5 5 5",
            Self::ChevronsDownUp => "M7 20l5-5 5 5M7 4l5 5 5-5",
            Self::ChevronDown => "M6 9l6 6 6-6",
            Self::ChevronRight => "M9 18l6-6-6-6",
            Self::ChevronUp => "M18 15l-6-6-6 6",
            Self::ArrowUp => "M5 12l7-7 7 7M12 19V5",
            Self::ArrowDown => "M12 5v14M19 12l-7 7-7-7",
            Self::ArrowLeft => "M12 19l-7-7 7-7M19 12H5",
            Self::ArrowRight => "M5 12h14M12 5l7 7-7 7",
            Self::Ellipsis => "M11 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0M18 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0M4 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0",
            Self::X => "M18 6 6 18M6 6l12 12",
            Self::FileJson => "M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2zM14 2v5a1 1 0 0 0 1 1h5M10 12a1 1 0 0 0-1 1v1a1 1 0 0 1-1 1 1 1 0 0 1 1 1v1a1 1 0 0 0 1 1M14 18a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1 1 1 0 0 1-1-1v-1a1 1 0 0 0-1-1",
            Self::Files => "M15 2h-4a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h8a2 2 0 0 0 2-2V8M16.706 2.706A2.4 2.4 0 0 0 15 2v5a1 1 0 0 0 1 1h5a2.4 2.4 0 0 0-.706-1.706zM5 7a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h8a2 2 0 0 0 1.732-1",
            Self::Upload => "M12 3v12M17 8l-5-5-5 5M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4",
            Self::Download => "M12 15V3M17 10l-5 5-5-5M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4",
            Self::Clock => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M12 6v6l4 2",
            Self::Globe => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M12 2a14.5 14.5 0 0 0 0 20 14.5 14.5 0 0 0 0-20M2 12h20",
            Self::PanelLeft => "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-14a2 2 0 0 1 2 -2zM9 3v18",
            Self::PanelRight => "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-14a2 2 0 0 1 2 -2zM15 3v18",
            Self::Crosshair => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M22 12L18 12M6 12L2 12M12 6L12 2M12 22L12 18",
            Self::EyeOff => "M10.733 5.076a10.744 10.744 0 0 1 11.205 6.575 1 1 0 0 1 0 .696 10.747 10.747 0 0 1-1.444 2.49M14.084 14.158a3 3 0 0 1-4.242-4.242M17.479 17.499a10.75 10.75 0 0 1-15.417-5.151 1 1 0 0 1 0-.696 10.75 10.75 0 0 1 4.446-5.143M2 2l20 20",
            Self::CircleDollar => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M16 8h-6a2 2 0 1 0 0 4h4a2 2 0 1 1 0 4H8M12 18V6",
            Self::Unlink => "M18.84 12.25l1.72-1.71h-.02a5.004 5.004 0 0 0-.12-7.07 5.006 5.006 0 0 0-6.95 0l-1.72 1.71M5.17 11.75l-1.71 1.71a5.004 5.004 0 0 0 .12 7.07 5.006 5.006 0 0 0 6.95 0l1.71-1.71M8 2L8 5M2 8L5 8M16 19L16 22M19 16L22 16",
            Self::Settings => "M9.671 4.136a2.34 2.34 0 0 1 4.659 0 2.34 2.34 0 0 0 3.319 1.915 2.34 2.34 0 0 1 2.33 4.033 2.34 2.34 0 0 0 0 3.831 2.34 2.34 0 0 1-2.33 4.033 2.34 2.34 0 0 0-3.319 1.915 2.34 2.34 0 0 1-4.659 0 2.34 2.34 0 0 0-3.32-1.915 2.34 2.34 0 0 1-2.33-4.033 2.34 2.34 0 0 0 0-3.831A2.34 2.34 0 0 1 6.35 6.051a2.34 2.34 0 0 0 3.319-1.915M9 12a3 3 0 1 0 6 0a3 3 0 1 0 -6 0",
            Self::Bot => "M12 8V4H8M6 8h12a2 2 0 0 1 2 2v8a2 2 0 0 1 -2 2h-12a2 2 0 0 1 -2 -2v-8a2 2 0 0 1 2 -2zM2 14h2M20 14h2M15 13v2M9 13v2",
            Self::Library => "M16 6l4 14M12 6v14M8 8v12M4 4v16",
            Self::Forward => "M15 17l5-5-5-5M4 18v-2a4 4 0 0 1 4-4h12",
            Self::ShieldCheck => "M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1zM9 12l2 2 4-4",
            Self::Workflow => "M5 3h4a2 2 0 0 1 2 2v4a2 2 0 0 1 -2 2h-4a2 2 0 0 1 -2 -2v-4a2 2 0 0 1 2 -2zM7 11v4a2 2 0 0 0 2 2h4M15 13h4a2 2 0 0 1 2 2v4a2 2 0 0 1 -2 2h-4a2 2 0 0 1 -2 -2v-4a2 2 0 0 1 2 -2z",
            Self::BookOpen => "M12 7v14M3 18a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1h5a4 4 0 0 1 4 4 4 4 0 0 1 4-4h5a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1h-6a3 3 0 0 0-3 3 3 3 0 0 0-3-3z",
            Self::Plus => "M5 12h14M12 5v14",
            Self::Minus => "M5 12h14",
            Self::Maximize => "M15 3h6v6M21 3l-7 7M3 21l7-7M9 21H3v-6",
            Self::WrapText => "M16 16l-3 3 3 3M3 12h14.5a1 1 0 0 1 0 7H13M3 19h6M3 5h18",
            Self::ExternalLink => "M15 3h6v6M10 14 21 3M18 13v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h6",
            Self::User => "M19 21v-2a4 4 0 0 0-4-4H9a4 4 0 0 0-4 4v2M8 7a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
            Self::MessageSquare => "M21 15a2 2 0 0 1-2 2H7l-4 4V5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2z",
            Self::Wrench => "M14.7 6.3a1 1 0 0 0 0 1.4l1.6 1.6a1 1 0 0 0 1.4 0l3.77-3.77a6 6 0 0 1-7.94 7.94l-6.91 6.91a2.12 2.12 0 0 1-3-3l6.91-6.91a6 6 0 0 1 7.94-7.94l-3.76 3.76z",
            Self::CircleDot => "M11 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0",
        }
    }

    /// The icon as an element of `size` CSS pixels: 12 in chips, 14 in rows, 16 in bars. It says nothing to assistive
    /// technology: the control or text beside it does.
    pub fn el(self, size: u8) -> El {
        let stroke = if size > 14 { "1.75" } else { "2" };
        svg("svg")
            .class("icon")
            .attr("viewBox", "0 0 24 24")
            .attr("width", size.to_string())
            .attr("height", size.to_string())
            .attr("stroke-width", stroke)
            .attr("aria-hidden", "true")
            .child(svg("path").attr("d", self.path()))
    }
}
