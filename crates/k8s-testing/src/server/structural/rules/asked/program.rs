//! A rule, compiled when it is first asked.

use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};

use cel::{Context, Env, extensions};

use super::functions;
use super::outcome::Outcome;

/// The functions that Kubernetes has, as far as there are any.
static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    let added = [
        env.add_extension(extensions::strings),
        env.add_extension(extensions::lists),
    ];
    debug_assert!(added.iter().all(Result::is_ok));
    Arc::new(env)
});

/// An expression.
#[derive(Clone, Default)]
pub(in crate::server::structural::rules) struct Program {
    text: String,
    compiled: OnceLock<Arc<Result<cel::Program, String>>>,
}

impl Program {
    pub(in crate::server::structural::rules) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            compiled: OnceLock::new(),
        }
    }

    fn compiled(&self) -> Result<&cel::Program, &String> {
        let compile = || Arc::new(ENV.compile(&self.text).map_err(|fault| fault.to_string()));
        self.compiled.get_or_init(compile).as_ref().as_ref()
    }

    /// What is wrong with its words.
    pub(super) fn fault(&self) -> Option<String> {
        self.compiled().err().cloned()
    }

    /// Whether it speaks of the value that was there before.
    pub(super) fn needs_old(&self) -> bool {
        self.compiled()
            .is_ok_and(|program| program.references().has_variable("oldSelf"))
    }

    pub(super) fn run(&self, variables: &[(&str, Option<cel::Value>)]) -> Outcome {
        let Ok(program) = self.compiled() else {
            return Outcome::Unknown;
        };
        let mut context = Context::with_env(Arc::clone(&ENV));
        functions::add(&mut context);
        for (name, value) in variables {
            if let Some(value) = value {
                context.add_variable_from_value(*name, value.clone());
            }
        }
        program.execute(&context).into()
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Program").field(&self.text).finish()
    }
}
