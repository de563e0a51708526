//! Expressions.

use std::str::FromStr as _;

use num_bigint::BigInt;
use ruff_python_ast::{self as ast, Expr, Number};
use ruff_text_size::{Ranged, TextRange};

use super::scope::{Kind, Place};
use super::unit::Label;
use super::{Compiler, Done, Fault};
use crate::code::{BinOp, CmpOp, Const, Op, UnOp};
use crate::pure::int_text::MAX_DIGITS;

pub(super) fn operator(op: ast::Operator) -> BinOp {
    match op {
        ast::Operator::Add => BinOp::Add,
        ast::Operator::Sub => BinOp::Sub,
        ast::Operator::Mult => BinOp::Mul,
        ast::Operator::MatMult => BinOp::MatMul,
        ast::Operator::Div => BinOp::Div,
        ast::Operator::Mod => BinOp::Mod,
        ast::Operator::Pow => BinOp::Pow,
        ast::Operator::LShift => BinOp::LShift,
        ast::Operator::RShift => BinOp::RShift,
        ast::Operator::BitOr => BinOp::Or,
        ast::Operator::BitXor => BinOp::Xor,
        ast::Operator::BitAnd => BinOp::And,
        ast::Operator::FloorDiv => BinOp::FloorDiv,
    }
}

fn comparison(op: ast::CmpOp) -> Op {
    match op {
        ast::CmpOp::Eq => Op::Compare(CmpOp::Eq),
        ast::CmpOp::NotEq => Op::Compare(CmpOp::Ne),
        ast::CmpOp::Lt => Op::Compare(CmpOp::Lt),
        ast::CmpOp::LtE => Op::Compare(CmpOp::Le),
        ast::CmpOp::Gt => Op::Compare(CmpOp::Gt),
        ast::CmpOp::GtE => Op::Compare(CmpOp::Ge),
        ast::CmpOp::Is => Op::Is(false),
        ast::CmpOp::IsNot => Op::Is(true),
        ast::CmpOp::In => Op::Contains(false),
        ast::CmpOp::NotIn => Op::Contains(true),
    }
}

/// The value of a literal number.
fn number(value: &Number) -> Const {
    match value {
        Number::Int(int) => match int.as_i64() {
            Some(small) => Const::Int(small),
            None => Const::Big(big(&int.to_string())),
        },
        Number::Float(x) => Const::Float(*x),
        // Refused before.
        Number::Complex { .. } => Const::None,
    }
}

/// CPython reads decimal numbers of so many digits only: more takes it quadratic time.
fn short_enough(int: &ast::Int, range: TextRange) -> Done {
    if int.as_i64().is_some() {
        return Ok(());
    }
    let text = int.to_string();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits <= MAX_DIGITS || !text.bytes().all(|b| b.is_ascii_digit() || b == b'_') {
        return Ok(());
    }
    let says = format!(
        "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: value has {digits} digits; \
         use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals \
         to avoid decimal conversion limits."
    );
    Err(Fault { says, range })
}

fn big(text: &str) -> BigInt {
    let text = text.replace('_', "").to_ascii_lowercase();
    let radix = match text.get(..2) {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => return BigInt::from_str(&text).unwrap_or_default(),
    };
    BigInt::parse_bytes(&text.as_bytes()[2..], radix).unwrap_or_default()
}

/// What an expression is that may not stand where it stands, as CPython calls it.
pub(super) fn literal(expr: &Expr) -> Option<Const> {
    Some(match expr {
        Expr::NumberLiteral(n) => number(&n.value),
        Expr::StringLiteral(s) => Const::Str(s.value.to_str().into()),
        Expr::BytesLiteral(b) => {
            Const::Bytes(b.value.iter().flat_map(|part| part.value.iter().copied()).collect())
        }
        Expr::BooleanLiteral(b) => Const::Bool(b.value),
        Expr::NoneLiteral(_) => Const::None,
        Expr::EllipsisLiteral(_) => Const::Ellipsis,
        Expr::UnaryOp(unary) if unary.op == ast::UnaryOp::USub => match literal(&unary.operand)? {
            Const::Int(n) => Const::Int(n.checked_neg()?),
            Const::Float(x) => Const::Float(-x),
            _ => return None,
        },
        _ => return None,
    })
}

impl<'a> Compiler<'a> {
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Done {
        match expr {
            Expr::BinOp(_) | Expr::Attribute(_) | Expr::Call(_) | Expr::Subscript(_) => {
                return self.spine(expr);
            }
            _ => {}
        }
        self.at(expr.range(), |c| c.leaf(expr))
    }

    fn leaf(&mut self, expr: &'a Expr) -> Done {
        if let Expr::NumberLiteral(ast::ExprNumberLiteral { value: Number::Int(int), .. }) = expr {
            short_enough(int, expr.range())?;
        }
        if let Some(value) = literal(expr) {
            self.emit_const(value);
            return Ok(());
        }
        match expr {
            Expr::Name(name) => self.load(&name.id),
            Expr::BoolOp(op) => self.bool_op(op)?,
            Expr::Named(named) => {
                self.expr(&named.value)?;
                self.emit(Op::Dup);
                self.store(&named.target)?;
            }
            Expr::UnaryOp(unary) => {
                self.expr(&unary.operand)?;
                self.emit(Op::Unary(match unary.op {
                    ast::UnaryOp::Invert => UnOp::Invert,
                    ast::UnaryOp::Not => UnOp::Not,
                    ast::UnaryOp::UAdd => UnOp::Pos,
                    ast::UnaryOp::USub => UnOp::Neg,
                }));
            }
            Expr::Lambda(lambda) => self.lambda(lambda)?,
            Expr::If(choice) => {
                let (otherwise, end) = (self.label(), self.label());
                self.condition(&choice.test, otherwise, false)?;
                self.expr(&choice.body)?;
                self.jump(Op::Jump, end);
                self.place(otherwise);
                self.expr(&choice.orelse)?;
                self.place(end);
            }
            Expr::Dict(dict) => self.dict(dict)?,
            Expr::Set(set) => self.display(&set.elts, Op::BuildSet, Op::SetAdd, Op::SetUpdate)?,
            Expr::List(list) => self.display(&list.elts, Op::BuildList, Op::ListAppend, Op::ListExtend)?,
            Expr::Tuple(tuple) => self.tuple(&tuple.elts)?,
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.comprehension(expr)?;
            }
            Expr::Yield(expr) => {
                self.in_function("yield", expr.range())?;
                match &expr.value {
                    Some(value) => self.expr(value)?,
                    None => self.emit_none(),
                }
                self.emit(Op::Yield);
            }
            Expr::YieldFrom(expr) => {
                self.in_function("yield", expr.range())?;
                self.expr(&expr.value)?;
                let (next, end) = (self.label(), self.label());
                self.emit(Op::YieldFromIter);
                self.emit_none();
                self.place(next);
                self.jump(Op::Send, end);
                self.emit(Op::Yield);
                self.jump(Op::Jump, next);
                self.place(end);
            }
            Expr::Compare(compare) => self.compare(compare)?,
            Expr::FString(text) => self.f_string(text)?,
            Expr::Slice(slice) => {
                for part in [&slice.lower, &slice.upper, &slice.step] {
                    match part {
                        Some(part) => self.expr(part)?,
                        None => self.emit_none(),
                    }
                }
                self.emit(Op::Slice);
            }
            Expr::Starred(starred) => {
                return Err(Fault {
                    says: "can't use starred expression here".into(),
                    range: starred.range(),
                });
            }
            _ => {
                return Err(Fault { says: "invalid syntax".into(), range: expr.range() });
            }
        }
        Ok(())
    }

    fn in_function(&mut self, what: &str, range: TextRange) -> Done {
        match self.kind() {
            Kind::Function => Ok(()),
            Kind::Comprehension => Err(Fault { says: format!("'{what}' inside list comprehension"), range }),
            Kind::Module | Kind::Class => Err(Fault { says: format!("'{what}' outside function"), range }),
        }
    }

    /// Operators, attributes, calls and indexes lean to the left as deep as a line is long: unrolled, not recursed into.
    fn spine(&mut self, expr: &'a Expr) -> Done {
        let mut nodes = vec![expr];
        let mut at = expr;
        loop {
            at = match at {
                Expr::BinOp(node) => &node.left,
                Expr::Attribute(node) => &node.value,
                Expr::Call(node) => &node.func,
                Expr::Subscript(node) => &node.value,
                _ => break,
            };
            nodes.push(at);
        }
        if let Some(base) = nodes.pop() {
            self.expr(base)?;
        }
        while let Some(node) = nodes.pop() {
            match node {
                Expr::BinOp(binary) => {
                    self.expr(&binary.right)?;
                    self.at(node.range(), |c| c.emit(Op::Binary(operator(binary.op))));
                }
                Expr::Attribute(attribute) => {
                    let sym = self.attribute(&attribute.attr);
                    let call = match nodes.last() {
                        Some(Expr::Call(call)) if simple(&call.arguments) => Some(call),
                        _ => None,
                    };
                    let Some(call) = call else {
                        self.at(node.range(), |c| c.emit(Op::Attr(sym)));
                        continue;
                    };
                    nodes.pop();
                    self.at(node.range(), |c| c.emit(Op::Method(sym)));
                    self.at(call.range(), |c| {
                        call.arguments.args.iter().try_for_each(|arg| c.expr(arg))?;
                        c.emit(Op::CallMethod(call.arguments.args.len() as u32));
                        Ok(())
                    })?;
                }
                Expr::Call(call) => self.at(node.range(), |c| c.call(&call.arguments))?,
                Expr::Subscript(subscript) => {
                    self.expr(&subscript.slice)?;
                    self.at(node.range(), |c| c.emit(Op::Subscript));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The arguments and the call itself; what is called lies on the stack.
    pub(super) fn call(&mut self, arguments: &'a ast::Arguments) -> Done {
        self.call_with(arguments, 0)
    }

    /// The same with so many positional arguments on the stack already.
    pub(super) fn call_with(&mut self, arguments: &'a ast::Arguments, given: u32) -> Done {
        let starred = arguments.args.iter().any(Expr::is_starred_expr)
            || arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
        self.check_keywords(arguments)?;
        if starred {
            self.emit(Op::BuildList(given));
            self.arguments_list(&arguments.args)?;
            self.emit(Op::ListToTuple);
            if !arguments.keywords.is_empty() {
                self.keywords_dict(&arguments.keywords, 2)?;
            }
            self.emit(Op::CallEx(!arguments.keywords.is_empty()));
            return Ok(());
        }
        for arg in &arguments.args {
            self.expr(arg)?;
        }
        let positional = arguments.args.len() as u32 + given;
        if arguments.keywords.is_empty() {
            self.emit(Op::Call(positional));
            return Ok(());
        }
        let mut names = Vec::new();
        for keyword in &arguments.keywords {
            if let Some(name) = &keyword.arg {
                let name = self.mangled(name);
                names.push(self.image.names.intern(&name));
            }
            self.expr(&keyword.value)?;
        }
        let total = positional + names.len() as u32;
        let unit = self.unit();
        unit.keywords.push(names);
        let list = unit.keywords.len() as u32 - 1;
        self.emit(Op::CallKw(total, list));
        Ok(())
    }

    fn check_keywords(&mut self, arguments: &'a ast::Arguments) -> Done {
        for (i, keyword) in arguments.keywords.iter().enumerate() {
            if let Some(name) = &keyword.arg
                && arguments.keywords[..i].iter().any(|k| k.arg.as_ref().is_some_and(|n| n.id == name.id))
            {
                return Err(Fault {
                    says: format!("keyword argument repeated: {name}"),
                    range: keyword.range(),
                });
            }
        }
        Ok(())
    }

    /// Append arguments, some starred, to the list on the stack.
    pub(super) fn arguments_list(&mut self, args: &'a [Expr]) -> Done {
        for arg in args {
            if let Expr::Starred(starred) = arg {
                self.expr(&starred.value)?;
                self.emit(Op::ListExtend);
            } else {
                self.expr(arg)?;
                self.emit(Op::ListAppend(1));
            }
        }
        Ok(())
    }

    /// A dict of keyword arguments, some double-starred; the callee lies that far below it.
    pub(super) fn keywords_dict(&mut self, keywords: &'a [ast::Keyword], callee: u32) -> Done {
        self.emit(Op::BuildMap(0));
        for keyword in keywords {
            match &keyword.arg {
                Some(name) => {
                    let name = self.mangled(name);
                    self.emit(Op::BuildMap(0));
                    self.emit_str(&name);
                    self.expr(&keyword.value)?;
                    self.emit(Op::MapAdd(1));
                }
                None => self.expr(&keyword.value)?,
            }
            self.emit(Op::DictMerge(callee));
        }
        Ok(())
    }

    pub(super) fn load(&mut self, name: &str) {
        let name = self.mangled(name);
        match self.scope().place(&name) {
            Place::Local => {
                let slot = self.local(&name);
                self.emit(Op::Fast(slot));
            }
            Place::Cell | Place::Free => {
                let slot = self.local(&name);
                let class = self.kind() == Kind::Class;
                self.emit(if class { Op::ClassDeref(slot) } else { Op::Deref(slot) });
            }
            Place::Global => {
                let slot = self.slot(&name);
                self.emit(Op::Global(slot));
            }
            Place::Named => {
                let slot = self.slot(&name);
                self.emit(Op::Name(slot));
            }
        }
    }

    fn bool_op(&mut self, op: &'a ast::ExprBoolOp) -> Done {
        let end = self.label();
        for (i, value) in op.values.iter().enumerate() {
            self.expr(value)?;
            if i + 1 < op.values.len() {
                match op.op {
                    ast::BoolOp::And => self.jump(Op::JumpIfFalseOrPop, end),
                    ast::BoolOp::Or => self.jump(Op::JumpIfTrueOrPop, end),
                }
            }
        }
        self.place(end);
        Ok(())
    }

    fn compare(&mut self, compare: &'a ast::ExprCompare) -> Done {
        self.expr(&compare.left)?;
        let last = compare.ops.len() - 1;
        let (fail, end) = (self.label(), self.label());
        for (i, (op, right)) in compare.ops.iter().zip(&compare.comparators).enumerate() {
            self.expr(right)?;
            if i < last {
                self.emit(Op::Dup);
                self.emit(Op::Rot3);
            }
            self.emit(comparison(*op));
            if i < last {
                self.jump(Op::JumpIfFalseOrPop, fail);
            }
        }
        if last > 0 {
            self.jump(Op::Jump, end);
            self.place(fail);
            self.emit(Op::Swap(1));
            self.emit(Op::Pop);
            self.place(end);
        }
        Ok(())
    }

    /// Jump to `target` if the truth of `test` is `when`, else go on.
    pub(super) fn condition(&mut self, test: &'a Expr, target: Label, when: bool) -> Done {
        match test {
            Expr::UnaryOp(unary) if unary.op == ast::UnaryOp::Not => {
                return self.condition(&unary.operand, target, !when);
            }
            Expr::BoolOp(op) => {
                let decides = op.op == ast::BoolOp::Or;
                let (last, others) = op.values.split_last().expect("a boolean operator has operands");
                if when == decides {
                    for value in others {
                        self.condition(value, target, when)?;
                    }
                    return self.condition(last, target, when);
                }
                let end = self.label();
                for value in others {
                    self.condition(value, end, decides)?;
                }
                self.condition(last, target, when)?;
                self.place(end);
                return Ok(());
            }
            Expr::Compare(compare) if compare.ops.len() == 1 && !when => {
                if let Op::Compare(op) = comparison(compare.ops[0]) {
                    self.expr(&compare.left)?;
                    self.expr(&compare.comparators[0])?;
                    self.at(test.range(), |c| {
                        c.jump(|to| Op::CompareJump(op, to), target);
                        c.jump(Op::PopJumpIfFalse, target);
                    });
                    return Ok(());
                }
            }
            Expr::BooleanLiteral(literal) => {
                if literal.value == when {
                    self.jump(Op::Jump, target);
                }
                return Ok(());
            }
            _ => {}
        }
        self.expr(test)?;
        self.at(test.range(), |c| {
            c.jump(if when { Op::PopJumpIfTrue } else { Op::PopJumpIfFalse }, target);
        });
        Ok(())
    }

    fn tuple(&mut self, items: &'a [Expr]) -> Done {
        let consts: Option<Vec<Const>> = items.iter().map(literal).collect();
        if let Some(consts) = consts {
            let numbers = consts.into_iter().map(|value| self.constant(value)).collect();
            self.emit_const(Const::Tuple(numbers));
            return Ok(());
        }
        if items.iter().any(Expr::is_starred_expr) {
            self.emit(Op::BuildList(0));
            self.arguments_list(items)?;
            self.emit(Op::ListToTuple);
            return Ok(());
        }
        items.iter().try_for_each(|item| self.expr(item))?;
        self.emit(Op::BuildTuple(items.len() as u32));
        Ok(())
    }

    fn display(&mut self, items: &'a [Expr], build: fn(u32) -> Op, add: fn(u32) -> Op, extend: Op) -> Done {
        // Long displays are built as they go: the stack stays short.
        if items.len() <= 256 && !items.iter().any(Expr::is_starred_expr) {
            items.iter().try_for_each(|item| self.expr(item))?;
            self.emit(build(items.len() as u32));
            return Ok(());
        }
        self.emit(build(0));
        for item in items {
            if let Expr::Starred(starred) = item {
                self.expr(&starred.value)?;
                self.emit(extend);
            } else {
                self.expr(item)?;
                self.emit(add(1));
            }
        }
        Ok(())
    }

    fn dict(&mut self, dict: &'a ast::ExprDict) -> Done {
        self.emit(Op::BuildMap(0));
        for item in &dict.items {
            match &item.key {
                Some(key) => {
                    self.expr(key)?;
                    self.expr(&item.value)?;
                    self.emit(Op::MapAdd(1));
                }
                None => {
                    self.expr(&item.value)?;
                    self.emit(Op::DictUpdate);
                }
            }
        }
        Ok(())
    }

    fn f_string(&mut self, text: &'a ast::ExprFString) -> Done {
        let mut parts = 0;
        for part in &text.value {
            match part {
                ast::FStringPart::Literal(literal) => {
                    self.emit_str(&literal.value);
                    parts += 1;
                }
                ast::FStringPart::FString(text) => parts += self.elements(&text.elements)?,
            }
        }
        self.emit(Op::BuildString(parts));
        Ok(())
    }

    fn elements(&mut self, elements: &'a ast::InterpolatedStringElements) -> Result<u32, Fault> {
        let mut parts = 0;
        for element in elements {
            parts += 1;
            let field = match element {
                ast::InterpolatedStringElement::Literal(literal) => {
                    self.emit_str(&literal.value);
                    continue;
                }
                ast::InterpolatedStringElement::Interpolation(field) => field,
            };
            let mut conversion = field.conversion.to_byte().unwrap_or(0);
            if let Some(debug) = &field.debug_text {
                self.emit_str(debug.as_str());
                parts += 1;
                if conversion == 0 && field.format_spec.is_none() {
                    conversion = b'r';
                }
            }
            self.expr(&field.expression)?;
            if let Some(spec) = &field.format_spec {
                let count = self.elements(&spec.elements)?;
                self.emit(Op::BuildString(count));
            }
            self.at(field.expression.range(), |c| {
                c.emit(Op::Format(conversion, field.format_spec.is_some()))
            });
        }
        Ok(parts)
    }
}

/// Positional arguments alone, none starred.
fn simple(arguments: &ast::Arguments) -> bool {
    arguments.keywords.is_empty() && !arguments.args.iter().any(Expr::is_starred_expr)
}
