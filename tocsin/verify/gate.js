// Microsoft's Kusto parser and binder behind a line protocol: one JSON object a line in, one out.
//
//   {"schema": "name", "tables": {"T": "(a:string)"}, "functions": {"f": ["(x:dynamic=...)", "(a:string)"]}}
//   {"use": "name", "text": "T | where a has 'x'", "tree": true, "lint": false}
//
// The first form declares a schema; the second answers
//   {"diagnostics": [[code, severity, message, start, length]], "tree": [...], "columns": [[name, type]]}.
// A tree node is a list: a tag, the type that the binder found, and the parts; see tree.py.
"use strict";
const readline = require("readline");
require("@kusto/language-service-next/bridge.min.js");
require("@kusto/language-service-next/Kusto.Language.Bridge.min.js");

const { KustoCode, GlobalState, Symbols, Editor, Utils } = Kusto.Language;
const schemas = new Map();

function declare(request) {
  const members = [];
  for (const [name, columns] of Object.entries(request.tables || {})) {
    members.push(new Symbols.TableSymbol.$ctor7(name, columns, ""));
  }
  for (const [name, [parameters, columns]] of Object.entries(request.functions || {})) {
    // A declared result spares the binder the work of reading a body at every call.
    const result = Symbols.TableSymbol.From(columns);
    const list = Symbols.Parameter.ParseList(parameters);
    members.push(new Symbols.FunctionSymbol.$ctor6(name, result, list, ""));
  }
  const database = new Symbols.DatabaseSymbol.$ctor1("workspace", members);
  schemas.set(request.schema, GlobalState.Default.WithDatabase(database));
  return { declared: members.length };
}

function each(list) {
  const items = [];
  for (let i = 0; i < list.Count; i++) items.push(list.getItem(i));
  return items;
}

const className = (node) => node.constructor.$$name.split(".").pop();
const children = (node) => {
  const found = [];
  for (let i = 0; i < node.ChildCount; i++) {
    const child = node.GetChild(i);
    if (child != null) found.push(child);
  }
  return found;
};
const isToken = (node) => node.constructor.$$name.includes("SyntaxToken");
const isSeparated = (node) => node.constructor.$$name.startsWith("Kusto.Language.Syntax.SeparatedElement");
const isList = (node) => node.constructor.$$name.startsWith("Kusto.Language.Syntax.SyntaxList");
const parts = (node) => children(node).filter((n) => !isToken(n) && n.ChildCount > 0);
const typeOf = (node) => (node.ResultType ? node.ResultType.Name : "");
const symbolOf = (node) => (node.ReferencedSymbol ? className(node.ReferencedSymbol) : "");
const nameText = (node) => (node.SimpleName !== undefined ? node.SimpleName : node.ToString());

// The expressions in a list of separated elements, or in the list inside an ExpressionList.
function listed(node) {
  const result = [];
  for (const child of children(node)) {
    if (isToken(child)) continue;
    if (isSeparated(child)) result.push(child.GetChild(0));
    else if (isList(child)) result.push(...listed(child));
    else result.push(child);
  }
  return result;
}

function literal(node) {
  const value = node.LiteralValue;
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean" || typeof value === "string") return value;
  return value.toString();
}

const walkers = {
  QueryBlock: (n) => ["block", "", parts(n).filter(isList).flatMap(listed).map(walk)],
  LetStatement: (n) => ["let", "", nameText(n.Name), walk(n.Expression)],
  ExpressionStatement: (n) => walk(n.Expression),
  ParenthesizedExpression: (n) => walk(n.Expression),
  PipeExpression: (n) => ["pipe", "", walk(n.Expression), walk(n.Operator)],
  NameReference: (n) => ["name", typeOf(n), nameText(n), symbolOf(n)],
  LiteralExpression: (n) => ["literal", typeOf(n), literal(n), n.ToString().trim()],
  CompoundStringLiteralExpression: (n) => ["literal", "string", literal(n), n.ToString().trim()],
  DynamicExpression: (n) => walk(n.Expression),
  JsonArrayExpression: (n) => ["array", "dynamic", listed(n).map(walk)],
  JsonObjectExpression: (n) => ["object", "dynamic", listed(n).map(walk)],
  JsonPair: (n) => ["pair", "", n.Name.ValueText !== undefined ? n.Name.ValueText : literal(n.Name), walk(n.Value)],
  BinaryExpression: (n) => ["binary", typeOf(n), n.Operator.Text, walk(n.Left), walk(n.Right)],
  InExpression: (n) => ["anyof", typeOf(n), n.Operator.Text, walk(n.Left), listed(n.Right).map(walk)],
  HasAnyExpression: (n) => ["anyof", typeOf(n), n.Operator.Text, walk(n.Left), listed(n.Right).map(walk)],
  HasAllExpression: (n) => ["anyof", typeOf(n), n.Operator.Text, walk(n.Left), listed(n.Right).map(walk)],
  BetweenExpression: (n) => ["between", typeOf(n), n.Operator.Text, walk(n.Left), walk(n.Right.First), walk(n.Right.Second)],
  PrefixUnaryExpression: (n) => ["unary", typeOf(n), n.Operator.Text, walk(n.Expression)],
  StarExpression: () => ["star", ""],
  PathExpression: (n) => className(n.Selector) === "NameReference"
    ? ["member", typeOf(n), walk(n.Expression), nameText(n.Selector)]
    : ["other", typeOf(n), className(n.Selector), n.ToString()],
  ElementExpression: (n) => ["index", typeOf(n), walk(n.Expression), walk(parts(n.Selector)[0])],
  FunctionCallExpression: (n) => ["call", typeOf(n), nameText(n.Name), listed(n.ArgumentList).map(walk)],
  SimpleNamedExpression: (n) => ["named", typeOf(n), nameText(n.Name), walk(n.Expression)],
  ToScalarExpression: (n) => ["toscalar", typeOf(n), walk(n.Expression)],
  MaterializeExpression: (n) => ["materialize", "", walk(n.Expression)],
  FilterOperator: (n) => ["where", "", walk(n.Condition)],
  ExtendOperator: (n) => ["extend", "", listed(n.Expressions).map(walk)],
  ProjectOperator: (n) => ["project", "", listed(n.Expressions).map(walk)],
  ProjectAwayOperator: (n) => ["project-away", "", listed(n.Expressions).map(walk)],
  DistinctOperator: (n) => ["distinct", "", listed(n.Expressions).map(walk)],
  TakeOperator: (n) => ["take", "", walk(n.Expression)],
  CountOperator: () => ["count", ""],
  SerializeOperator: (n) => ["serialize", "", listed(n.Expressions).map(walk)],
  SortOperator: (n) => ["sort", "", listed(n.Expressions).map(walk)],
  OrderedExpression: (n) => ["ordered", typeOf(n), walk(n.Expression), n.Ordering ? n.Ordering.ToString().trim() : ""],
  UnionOperator: (n) => ["union", "", listed(n.Parameters).map((p) => p.ToString().trim()), listed(n.Expressions).map(walk)],
  SummarizeOperator: (n) => ["summarize", "", listed(n.Aggregates).map(walk), n.ByClause ? listed(n.ByClause.Expressions).map(walk) : []],
  InvokeOperator: (n) => ["invoke", "", walk(n.Function)],
};

function walk(node) {
  const walker = walkers[className(node)];
  return walker ? walker(node) : ["other", typeOf(node), className(node), node.ToString().trim()];
}

function diagnosticsOf(list) {
  return each(list).map((d) => [d.Code, d.Severity, d.Message, d.Start, d.Length]);
}

function analyse(request) {
  const globals = schemas.get(request.use);
  if (!globals) return { error: `no schema is called ${request.use}` };
  const code = KustoCode.ParseAndAnalyze(request.text, globals);
  const answer = { diagnostics: diagnosticsOf(code.GetDiagnostics()) };
  if (request.lint) {
    const service = new Editor.KustoCodeService.$ctor1(request.text, globals);
    const none = new Utils.CancellationToken.ctor();
    answer.lint = diagnosticsOf(service.GetAnalyzerDiagnostics(true, none));
  }
  if (request.tree) answer.tree = walk(code.Syntax);
  const result = code.ResultType;
  if (result && result.Columns) answer.columns = each(result.Columns).map((c) => [c.Name, c.Type.Name]);
  return answer;
}

readline.createInterface({ input: process.stdin, terminal: false }).on("line", (line) => {
  let answer;
  try {
    const request = JSON.parse(line);
    answer = "schema" in request ? declare(request) : analyse(request);
  } catch (error) {
    answer = { error: String((error && error.stack) || error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
