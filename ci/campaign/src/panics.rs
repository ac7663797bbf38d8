//! Panics: a schedule that panics has failed, and the campaign goes on.

use std::any::Any;
use std::cell::RefCell;

thread_local! {
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps what a panic says, with its place, instead of printing it.
pub(crate) fn keep() {
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.to_string().replace('\n', " ");
        LAST.with_borrow_mut(|last| *last = Some(text));
    }));
}

/// What the panic said.
pub(crate) fn text(payload: &(dyn Any + Send)) -> String {
    // A panic of another thread comes without its place.
    LAST.take().unwrap_or_else(|| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        format!("panicked: {}", text.unwrap_or("without words"))
    })
}
