//! Faults that are planted into small sources, each of which must be found.

use std::path::Path;

use super::*;

/// Headers of made-up kernels: FreeBSD's, and the same for all others but for `B`.
struct Book;

impl Headers for Book {
    fn values(&self, target: Target, expressions: &[String]) -> Result<Vec<Option<i128>>, String> {
        let value = |expression: &String| {
            Some(match expression.as_str() {
                "A" => 7,
                "B" if target.system == System::FreeBsd => -2,
                "BOTH" if target.system != System::Linux => 30,
                "DIFFERENT" if target.system == System::FreeBsd => 28,
                "DIFFERENT" if target.system == System::Darwin => 30,
                "SYS_x" => 97,
                "sizeof(struct s)" => 16,
                "_Alignof(struct s)" => 8,
                "__builtin_offsetof(struct s, first)" => 0,
                "sizeof(((struct s *)0)->first)" => 4,
                "__builtin_offsetof(struct s, second)" => 8,
                "sizeof(((struct s *)0)->second)" => 8,
                _ => return None,
            })
        };
        Ok(expressions.iter().map(value).collect())
    }
}

/// A libc that knows `A` alone, by this value.
struct Libc(i128);

impl Crates for Libc {
    fn ask(&self, _: Target, questions: &Questions) -> Result<Answers, String> {
        let known = questions.names.iter().filter(|name| *name == "A");
        Ok(known.map(|name| (name.clone(), self.0)).collect())
    }
}

/// The faults of sources with these files, and libc's word for `A`.
fn faults_with(files: &[(&str, &str)], libc: i128, libc_list: &str) -> Vec<String> {
    let folder = std::env::temp_dir().join(format!("sock-abi-check-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut sources = Sources::new(&folder);
    for room in ["core", "start", "conformance/static"] {
        sources.change(&format!("{room}/src/lib.rs"), String::new());
    }
    for (file, text) in files {
        sources.change(file, (*text).to_string());
    }
    let list = |text| List::parse("list", text, &[]).unwrap();
    let facts = "SYS_y\tsyscall\t5\tsource\tall\nARM\tcommpage\t9\tsource\tarm64\n";
    let tables = Tables {
        expressions: list("[[entry]]\nname = \"OURS\"\nc = \"A\"\n"),
        literals: list(
            "[[entry]]\nfile = \"start/src/lib.rs\"\nvalues = { f = [5] }\n\
            [[entry]]\nfile = \"start/src/lib.rs\"\nstructure = \"S\"\nc = \"struct s\"\nfields = [\"first\"]\n\
            [[entry]]\nfile = \"start/src/lib.rs\"\nstructure = \"Own\"\n",
        ),
        libc: list(libc_list),
        facts: Facts::parse(System::Darwin, facts).unwrap(),
        since: Since::parse("since", "B\tfreebsd\tFreeBSD 13\t\n").unwrap(),
    };
    let crates = Libc(libc);
    let mut check = Check::new(&tables, &Book, &crates, Path::new("/nowhere"));
    let report = check.run(&sources).unwrap();
    let faults = report.faults.into_iter();
    faults
        .filter(|fault| !fault.contains("since: not used"))
        .collect()
}

/// The faults of one file of numbers of FreeBSD.
fn faults(numbers: &str) -> Vec<String> {
    let files = [
        ("start/src/lib.rs", "mod freebsd;"),
        ("start/src/freebsd.rs", "pub mod numbers;"),
        ("start/src/freebsd/numbers.rs", numbers),
    ];
    faults_with(&files, 7, "")
}

/// The faults of one file of layouts.
fn layout_faults(layout: &str) -> Vec<String> {
    let files = [
        (
            "start/src/lib.rs",
            "#[cfg(all(target_os = \"freebsd\", target_arch = \"x86_64\"))] mod layout;",
        ),
        ("start/src/layout.rs", layout),
    ];
    faults_with(&files, 7, "")
}

#[test]
fn what_is_right_passes() {
    let numbers = "pub const A: u32 = 7;\npub const SYS_x: usize = 97;\npub const OURS: u8 = 0x07;\n\
        pub const B: i32 = -2; // FreeBSD 13\n";
    assert_eq!(faults(numbers), [""; 0]);
}

#[test]
fn a_wrong_constant() {
    let found = faults("pub const A: u32 = 7;\npub const SYS_x: usize = 98;\n");
    assert_eq!(
        found[0],
        "start/src/freebsd/numbers.rs:2: freebsd-amd64 SYS_x: 98, but 97 by the header"
    );
    assert_eq!(found.len(), 2, "on each architecture");
    assert!(!faults("pub const OURS: u8 = 8;").is_empty());
    assert!(!faults("pub const B: i16 = 2; // FreeBSD 13").is_empty());
}

#[test]
fn a_constant_that_nothing_covers() {
    let found = faults("pub const UNHEARD: u32 = 7;");
    assert!(
        found[0].ends_with("UNHEARD: no header and no fact has it"),
        "{found:?}"
    );
    let anywhere = [
        ("start/src/lib.rs", "mod numbers;"),
        ("start/src/numbers.rs", "pub const UNHEARD: u32 = 7;"),
    ];
    assert_eq!(faults_with(&anywhere, 7, "").len(), 1);
}

#[test]
fn what_is_no_literal() {
    assert_eq!(faults("pub const A: u32 = 3 + 4;").len(), 1);
}

#[test]
fn a_release_that_the_comment_does_not_name() {
    let found = faults("pub const B: i32 = -2;");
    assert!(found[0].contains("does not name FreeBSD 13"), "{found:?}");
}

#[test]
fn a_constant_for_both_holds_for_both() {
    let files = |text| {
        [
            (
                "start/src/lib.rs",
                "#[cfg(any(target_os = \"freebsd\", target_os = \"macos\"))] mod bsd;",
            ),
            ("start/src/bsd.rs", "mod numbers;"),
            ("start/src/bsd/numbers.rs", text),
        ]
    };
    let faults = |text| faults_with(&files(text), 7, "");
    assert_eq!(faults("pub const BOTH: u8 = 30;"), [""; 0]);
    let found = faults("pub const DIFFERENT: u8 = 28;");
    assert!(found.len() == 2 && found[0].contains("darwin-amd64 DIFFERENT: 28, but 30"));
}

#[test]
fn facts_witness_what_no_header_has() {
    let files = |text| {
        [
            (
                "start/src/lib.rs",
                "#[cfg(target_os = \"macos\")] mod darwin;",
            ),
            ("start/src/darwin.rs", "mod numbers;"),
            ("start/src/darwin/numbers.rs", text),
        ]
    };
    let faults = |text| faults_with(&files(text), 7, "");
    assert_eq!(
        faults("pub const SYS_y: u8 = 5; pub const ARM: u8 = 9;"),
        [""; 0]
    );
    let found = faults("pub const SYS_y: u8 = 6;");
    assert!(
        found[0].ends_with("SYS_y: 6, but 5 by the fact"),
        "{found:?}"
    );
    assert_eq!(faults("pub const ARM: u8 = 8;").len(), 1);
    let amd = "#[cfg(target_arch = \"x86_64\")] pub const ARM: u8 = 9;";
    assert_eq!(faults(amd).len(), 1, "a fact of the other architecture");
}

#[test]
fn layouts() {
    let right = "#[repr(C)] struct s { first: u32, second: *const u8 }";
    assert_eq!(layout_faults(right), [""; 0]);
    for (what, text) in [
        (
            "order",
            "#[repr(C)] struct s { second: *const u8, first: u32 }",
        ),
        ("width", "#[repr(C)] struct s { first: u32, second: u32 }"),
        (
            "size",
            "#[repr(C)] struct s { first: u32, second: u64, _third: u64 }",
        ),
        (
            "alignment",
            "#[repr(C, packed(4))] struct s { first: u32, _gap: u32, second: u64 }",
        ),
        ("field", "#[repr(C)] struct s { first: u32, other: u64 }"),
        ("name", "#[repr(C)] struct t { first: u32, second: u64 }"),
    ] {
        assert!(!layout_faults(text).is_empty(), "{what}");
    }
    let pad = "#[repr(C)] struct s { first: u32, _pad: u32, second: u64 }";
    assert_eq!(layout_faults(pad), [""; 0]);
}

#[test]
fn a_second_witness_that_says_otherwise() {
    let files = [
        ("start/src/lib.rs", "mod freebsd;"),
        ("start/src/freebsd.rs", "mod numbers;"),
        ("start/src/freebsd/numbers.rs", "pub const A: u32 = 7;"),
    ];
    let found = faults_with(&files, 8, "");
    assert!(found[0].ends_with("A: 7, but 8 by the libc"), "{found:?}");
    let excused = "[[entry]]\nname = \"A\"\non = \"freebsd\"\n";
    assert_eq!(faults_with(&files, 8, excused), [""; 0]);
}

#[test]
fn a_number_in_code() {
    let code = |text| faults_with(&[("start/src/lib.rs", text)], 7, "");
    assert_eq!(code("fn f() -> u8 { 5 }"), [""; 0]);
    let found = code("\nfn f() -> u8 { 6 }");
    assert_eq!(code("fn g() -> u8 { 5 }").len(), 1, "elsewhere");
    assert_eq!(
        found,
        ["start/src/lib.rs:2: f: the number 6 stands in code"]
    );
}

#[test]
fn what_is_not_used_is_a_fault() {
    let list = |text| List::parse("list", text, &[]).unwrap();
    let tables = Tables {
        expressions: list("[[entry]]\nname = \"A\"\nc = \"A\"\n"),
        literals: list("[[entry]]\nfile = \"f.rs\"\nvalues = { f = [5] }\n"),
        libc: list("[[entry]]\nname = \"A\"\n"),
        facts: Facts::parse(System::Darwin, "SYS_y\tsyscall\t5\tsource\tall\n").unwrap(),
        since: Since::parse("since", "").unwrap(),
    };
    let crates = Libc(7);
    let check = Check::new(&tables, &Book, &crates, Path::new("/nowhere"));
    let mut report = Report::default();
    check.unused(&mut report);
    assert_eq!(report.faults.len(), 4, "{:?}", report.faults);
}

#[test]
fn a_structure_in_code() {
    let code = |text| faults_with(&[("start/src/lib.rs", text)], 7, "");
    assert_eq!(
        code("#[repr(C)] struct S { one: u32, rest: u64 } #[repr(C)] struct Own(u8);"),
        [""; 0]
    );
    for text in [
        "#[repr(C)] struct S { one: u64, rest: u64 }",
        "#[repr(C)] struct S { one: u32 }",
        "#[repr(C)] struct S { one: Unknown }",
        "#[repr(C)] union Other { one: u32 }",
    ] {
        assert!(!code(text).is_empty(), "{text}");
    }
    assert_eq!(code("struct Other { one: u32 }"), [""; 0], "no layout of C");
}
