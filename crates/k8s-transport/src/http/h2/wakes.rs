//! Who woke a connection's task: its parts have wakers of their own, so that one is not polled for another's news.
//!
//! A wake while the task is at work only leaves its mark: the task looks at the marks before it rests. Without that, what
//! a part does for another (hand over a request, write it) would wake the task for nothing, once for each request.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};

use futures_util::task::AtomicWaker;

/// The task is at work, and looks at the marks itself.
const AT_WORK: usize = 1 << 0;

/// The marks of the parts.
const PARTS: usize = !AT_WORK;

/// What is marked and whom to wake.
struct Marks {
    set: AtomicUsize,
    task: AtomicWaker,
}

/// One part's mark, as a waker.
struct Mark {
    bit: usize,
    marks: Arc<Marks>,
}

/// The wakers of `N` parts of a task.
pub(super) struct Wakes<const N: usize> {
    marks: Arc<Marks>,
    wakers: [Waker; N],
}

impl Wake for Mark {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let before = self.marks.set.fetch_or(self.bit, Ordering::AcqRel);
        // Whoever made the first mark has woken the task.
        if before == 0 {
            self.marks.task.wake();
        }
    }
}

impl<const N: usize> Wakes<N> {
    /// All parts are marked: nobody has looked yet.
    pub(super) fn new() -> Self {
        let marks = Arc::new(Marks {
            set: AtomicUsize::new(PARTS),
            task: AtomicWaker::new(),
        });
        let waker = |part| {
            Waker::from(Arc::new(Mark {
                bit: bit(part),
                marks: Arc::clone(&marks),
            }))
        };
        Self {
            wakers: std::array::from_fn(waker),
            marks,
        }
    }

    /// The task begins to work; from now on it is not woken.
    pub(super) fn begin(&self, cx: &Context<'_>) {
        self.marks.task.register(cx.waker());
        self.marks.set.fetch_or(AT_WORK, Ordering::AcqRel);
    }

    /// The parts that were marked since this was last asked; `None` when there are none, and the task rests.
    pub(super) fn next(&self) -> Option<Woken> {
        let set = &self.marks.set;
        let rests = set.compare_exchange(AT_WORK, 0, Ordering::AcqRel, Ordering::Acquire);
        if rests.is_ok() {
            return None;
        }
        Some(Woken(set.swap(AT_WORK, Ordering::AcqRel)))
    }

    /// Takes a part's mark, if it has one.
    pub(super) fn take(&self, part: usize) -> bool {
        self.marks.set.fetch_and(!bit(part), Ordering::AcqRel) & bit(part) != 0
    }

    /// The task has worked long enough: it comes back at once if there is more to do, when others had their turn.
    pub(super) fn rest(&self, cx: &Context<'_>) {
        let before = self.marks.set.fetch_and(!AT_WORK, Ordering::AcqRel);
        if before & PARTS != 0 {
            cx.waker().wake_by_ref();
        }
    }

    /// What a part is polled with.
    pub(super) fn waker(&self, part: usize) -> Waker {
        self.wakers[part].clone()
    }
}

const fn bit(part: usize) -> usize {
    1 << (part + 1)
}

/// Which parts were marked.
pub(super) struct Woken(usize);

impl Woken {
    pub(super) fn has(&self, part: usize) -> bool {
        self.0 & bit(part) != 0
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;

    use super::*;

    /// How often a task was woken.
    #[derive(Default)]
    struct Woke(AtomicUsize);

    impl Wake for Woke {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn parts(woken: Option<Woken>) -> Option<(bool, bool)> {
        woken.map(|woken| (woken.has(0), woken.has(1)))
    }

    #[test]
    fn a_part_that_is_woken_while_the_task_works_wakes_nobody() {
        let wakes = Wakes::<2>::new();
        let woke = Arc::new(Woke::default());
        let waker = Waker::from(Arc::clone(&woke));
        let cx = Context::from_waker(&waker);
        wakes.begin(&cx);
        assert_eq!(
            parts(wakes.next()),
            Some((true, true)),
            "at first all are polled"
        );
        wakes.waker(1).wake();
        assert_eq!(parts(wakes.next()), Some((false, true)));
        wakes.waker(0).wake();
        assert!(wakes.take(0) && !wakes.take(0));
        assert_eq!(parts(wakes.next()), None);
        assert_eq!(woke.0.load(Ordering::SeqCst), 0);
        wakes.waker(0).wake();
        wakes.waker(0).wake();
        wakes.waker(1).wake();
        assert_eq!(woke.0.load(Ordering::SeqCst), 1);
        wakes.begin(&cx);
        assert_eq!(parts(wakes.next()), Some((true, true)));
        assert_eq!(parts(wakes.next()), None);
    }

    #[test]
    fn a_task_that_rests_with_work_left_comes_back() {
        let wakes = Wakes::<2>::new();
        let woke = Arc::new(Woke::default());
        let waker = Waker::from(Arc::clone(&woke));
        let cx = Context::from_waker(&waker);
        wakes.begin(&cx);
        wakes.next();
        wakes.waker(1).wake();
        wakes.rest(&cx);
        assert_eq!(woke.0.load(Ordering::SeqCst), 1);
        wakes.begin(&cx);
        assert_eq!(parts(wakes.next()), Some((false, true)));
        wakes.rest(&cx);
        assert_eq!(woke.0.load(Ordering::SeqCst), 1, "nothing was left");
    }

    /// Whatever the threads do, a mark is looked at after it was made.
    #[test]
    fn no_wake_is_lost_between_threads() {
        const WAKES: usize = 20_000;
        let wakes = Wakes::<1>::new();
        let waker = wakes.waker(0);
        let made = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&made);
        let other = std::thread::spawn(move || {
            for _ in 0..WAKES {
                counter.fetch_add(1, Ordering::SeqCst);
                waker.wake_by_ref();
            }
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let mut seen = 0;
        runtime.block_on(poll_fn(|cx| {
            wakes.begin(cx);
            while wakes.next().is_some() {
                seen = made.load(Ordering::SeqCst);
            }
            if seen == WAKES {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        }));
        other.join().unwrap();
    }
}
