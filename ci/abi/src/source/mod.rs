//! Our own sources, as each target's build takes them: which files, by the modules and their `cfg`, and
//! what stands in them.

mod assembly;
pub(crate) mod cfg;
pub(crate) mod constant;
pub(crate) mod import;
pub(crate) mod literal;
pub(crate) mod record;
mod scan;
mod walk;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::target::{System, Target};
pub(crate) use scan::scan;
pub(crate) use walk::walk;

/// The crates that know a kernel's numbers, beside the backends.
const ROOMS: [&str; 3] = ["core", "start", "conformance/static"];

/// The only backend without a kernel.
const SIMULATOR: &str = "backend-sim";

/// The workspace's sources, of which some may be given another text than they have.
#[derive(Debug)]
pub struct Sources {
    root: PathBuf,
    changed: BTreeMap<String, String>,
    parsed: RefCell<BTreeMap<String, Rc<syn::File>>>,
}

impl Sources {
    /// Those below a folder.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            changed: BTreeMap::new(),
            parsed: RefCell::default(),
        }
    }

    /// Gives a file another text.
    pub fn change(&mut self, file: &str, text: String) {
        self.parsed.borrow_mut().remove(file);
        self.changed.insert(file.to_string(), text);
    }

    /// Gives a file its own text back.
    pub fn restore(&mut self, file: &str) {
        self.parsed.borrow_mut().remove(file);
        self.changed.remove(file);
    }

    /// The text of a file.
    pub(crate) fn text(&self, file: &str) -> Result<String, String> {
        match self.changed.get(file) {
            Some(text) => Ok(text.clone()),
            None => {
                fs::read_to_string(self.root.join(file)).map_err(|error| format!("{file}: {error}"))
            }
        }
    }

    fn is_file(&self, file: &str) -> bool {
        self.changed.contains_key(file) || self.root.join(file).is_file()
    }

    fn parse(&self, file: &str) -> Result<Rc<syn::File>, String> {
        if let Some(parsed) = self.parsed.borrow().get(file) {
            return Ok(Rc::clone(parsed));
        }
        let parsed = syn::parse_file(&self.text(file)?)
            .map_err(|error| format!("{file}:{}: {error}", error.span().start().line))?;
        let parsed = Rc::new(parsed);
        self.parsed
            .borrow_mut()
            .insert(file.to_string(), Rc::clone(&parsed));
        Ok(parsed)
    }

    /// The files of numbers and layouts of a crate that have something to check, whoever declares them.
    pub(crate) fn files_to_check(&self, root: &str) -> Result<Vec<String>, String> {
        let (folder, _) = root.rsplit_once('/').unwrap_or((".", root));
        let mut folders = vec![folder.to_string()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            let io = |error: std::io::Error| format!("{folder}: {error}");
            let path = self.root.join(&folder);
            if !path.is_dir() {
                continue;
            }
            for entry in fs::read_dir(path).map_err(io)? {
                let entry = entry.map_err(io)?;
                let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
                if entry.path().is_dir() {
                    folders.push(name);
                } else if matches!(Role::of(&name), Role::Numbers | Role::Layout) {
                    files.push(name);
                }
            }
        }
        let mut full = Vec::new();
        for file in files {
            let is_checked =
                |item: &syn::Item| matches!(item, syn::Item::Const(_) | syn::Item::Struct(_));
            if self.parse(&file)?.items.iter().any(is_checked) {
                full.push(file);
            }
        }
        Ok(full)
    }

    /// The root files of the crates that know a kernel's numbers.
    pub(crate) fn roots(&self) -> Result<Vec<String>, String> {
        let io = |error: std::io::Error| format!("{}: {error}", self.root.display());
        let mut rooms = ROOMS.map(String::from).to_vec();
        for entry in fs::read_dir(&self.root).map_err(io)? {
            let name = entry
                .map_err(io)?
                .file_name()
                .to_string_lossy()
                .into_owned();
            if name.starts_with("backend-") && name != SIMULATOR {
                rooms.push(name);
            }
        }
        rooms.sort();
        let files = rooms
            .iter()
            .flat_map(|room| ["lib", "main"].map(|file| format!("{room}/src/{file}.rs")));
        let files: Vec<String> = files.filter(|file| self.is_file(file)).collect();
        if files.len() < rooms.len() {
            return Err(format!("a crate of {} has no root file", rooms.join(", ")));
        }
        Ok(files)
    }
}

/// What a file is for, by its name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Role {
    /// Constants under the names of the C headers, one a line.
    Numbers,
    /// Structures under the names of the C headers.
    Layout,
    /// Code, in which no number of a kernel stands.
    Code,
}

impl Role {
    pub(crate) fn of(file: &str) -> Self {
        match file.rsplit_once('/') {
            Some(("core/src/abi", "mod.rs")) => Self::Code,
            Some(("core/src/abi", _)) | Some((_, "numbers.rs")) => Self::Numbers,
            Some((_, "layout.rs")) => Self::Layout,
            _ => Self::Code,
        }
    }
}

/// A place in our sources.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The targets a file's path allows: all, when it names no system.
pub(crate) fn allowed(file: &str, target: Target) -> bool {
    let systems: &[System] = System::of_path(file);
    systems.is_empty() || systems.contains(&target.system)
}

/// Everything found, over all targets.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) constants: Vec<constant::Constant>,
    pub(crate) records: Vec<record::Record>,
    pub(crate) strays: Vec<record::Stray>,
    pub(crate) imports: BTreeMap<import::Import, BTreeSet<Target>>,
    pub(crate) literals: BTreeMap<literal::Key, literal::Stand>,
    pub(crate) faults: Vec<String>,
}
