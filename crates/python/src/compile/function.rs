//! Functions, lambdas and classes.

use std::sync::Arc;

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::scope::Place;
use super::{Compiler, Done};
use crate::code::{Op, Params};

fn params(parameters: &ast::Parameters) -> Params {
    Params {
        positional: (parameters.posonlyargs.len() + parameters.args.len()) as u32,
        positional_only: parameters.posonlyargs.len() as u32,
        keyword_only: parameters.kwonlyargs.len() as u32,
        varargs: parameters.vararg.is_some(),
        varkw: parameters.kwarg.is_some(),
    }
}

impl<'a> Compiler<'a> {
    /// `outer.<locals>.name`
    pub(super) fn qualname(&mut self, name: &str) -> Arc<str> {
        let class = self.is_class();
        let place = self.scope().place(name);
        let outer = self.unit();
        if &*outer.qualname == "<module>" || place == Place::Global {
            return name.into();
        }
        let between = if class { "." } else { ".<locals>." };
        format!("{}{between}{name}", outer.qualname).into()
    }

    pub(super) fn function(&mut self, def: &'a ast::StmtFunctionDef) -> Done {
        for decorator in &def.decorator_list {
            self.expr(&decorator.expression)?;
        }
        let place = def.decorator_list.first().map_or_else(|| def.name.range(), Ranged::range);
        let header = TextRange::new(place.start(), def.name.end());
        self.at(header, |c| {
            let flags = c.defaults(&def.parameters)?;
            let scope = c.scopes.of(def.range());
            let qualname = c.qualname(&def.name);
            c.enter(scope, &def.name, qualname, params(&def.parameters), header);
            let doc = c.body(&def.body)?;
            c.end_of_body(def.range());
            c.closure(scope, flags, doc);
            Ok(())
        })?;
        for decorator in def.decorator_list.iter().rev() {
            self.at(decorator.range(), |c| c.emit(Op::Call(1)));
        }
        self.at(def.name.range(), |c| c.store_name(&def.name));
        Ok(())
    }

    /// Falling off the end returns None, as of the last line that ran.
    fn end_of_body(&mut self, _range: TextRange) {
        self.emit_none();
        self.emit(Op::Return);
    }

    /// Close the code at hand and make the function around it.
    pub(super) fn closure(&mut self, scope: usize, mut flags: u8, doc: Option<Arc<str>>) {
        let code = self.leave(doc);
        let free = self.scopes.list[scope].free.clone();
        if !free.is_empty() {
            for name in &free {
                let slot = self.local(name);
                self.emit(Op::Closure(slot));
            }
            self.emit(Op::BuildTuple(free.len() as u32));
            flags |= 4;
        }
        self.emit(Op::MakeFunction(code, flags));
    }

    fn defaults(&mut self, parameters: &'a ast::Parameters) -> Result<u8, super::Fault> {
        let mut flags = 0;
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        let defaults: Vec<&'a Expr> = positional.filter_map(|each| each.default.as_deref()).collect();
        if !defaults.is_empty() {
            flags |= 1;
            for default in &defaults {
                self.expr(default)?;
            }
            self.emit(Op::BuildTuple(defaults.len() as u32));
        }
        if parameters.kwonlyargs.iter().any(|each| each.default.is_some()) {
            flags |= 2;
            self.emit(Op::BuildMap(0));
            for each in &parameters.kwonlyargs {
                if let Some(default) = &each.default {
                    let name = self.mangled(&each.parameter.name);
                    self.emit_str(&name);
                    self.expr(default)?;
                    self.emit(Op::MapAdd(1));
                }
            }
        }
        Ok(flags)
    }

    pub(super) fn lambda(&mut self, lambda: &'a ast::ExprLambda) -> Done {
        let (flags, params) = match &lambda.parameters {
            Some(parameters) => (self.defaults(parameters)?, params(parameters)),
            None => (0, Params::default()),
        };
        let scope = self.scopes.of(lambda.range());
        let qualname = self.qualname("<lambda>");
        self.enter(scope, "<lambda>", qualname, params, lambda.range());
        self.unit().start = true;
        self.expr(&lambda.body)?;
        self.emit(Op::Return);
        self.closure(scope, flags, None);
        Ok(())
    }

    pub(super) fn class(&mut self, def: &'a ast::StmtClassDef) -> Done {
        for decorator in &def.decorator_list {
            self.expr(&decorator.expression)?;
        }
        let place = def.decorator_list.first().map_or_else(|| def.name.range(), Ranged::range);
        let header = TextRange::new(place.start(), def.name.end());
        self.at(header, |c| {
            let scope = c.scopes.of(def.range());
            let qualname = c.qualname(&def.name);
            c.enter(scope, &def.name, qualname.clone(), Params::default(), header);
            c.emit_str(&qualname);
            let sym = c.image.names.intern("__qualname__");
            c.emit(Op::StoreName(sym));
            let doc = c.body(&def.body)?;
            if let Some(doc) = &doc {
                c.emit_str(doc);
                let sym = c.image.names.intern("__doc__");
                c.emit(Op::StoreName(sym));
            }
            // Methods that say `super()` find the class in this cell; the builder fills it.
            if c.scope().place("__class__") == Place::Cell {
                let slot = c.local("__class__");
                c.emit(Op::Closure(slot));
            } else {
                c.emit_none();
            }
            c.emit(Op::Return);
            c.closure(scope, 0, None);
            c.emit_str(&def.name);
            c.emit(Op::BuildList(0));
            if let Some(arguments) = &def.arguments {
                c.arguments_list(&arguments.args)?;
            }
            c.emit(Op::ListToTuple);
            match &def.arguments {
                Some(arguments) => c.keywords_dict(&arguments.keywords, 2)?,
                None => c.emit(Op::BuildMap(0)),
            }
            c.emit(Op::BuildClass);
            Ok(())
        })?;
        for decorator in def.decorator_list.iter().rev() {
            self.at(decorator.range(), |c| c.emit(Op::Call(1)));
        }
        self.at(def.name.range(), |c| c.store_name(&def.name));
        Ok(())
    }
}
