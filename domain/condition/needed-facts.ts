import type { ASTNode } from '@marcbachmann/cel-js';

type Names = ReadonlySet<string>;

/** Facts without any one of which an expression is never true, and never false. */
interface Needs {
  readonly toBeTrue: Names;
  readonly toBeFalse: Names;
}

const nothing: Names = new Set();
const both = (a: Names, b: Names): Names => a.union(b);
const shared = (a: Names, b: Names): Names => a.intersection(b);
const either = (names: Names): Needs => ({ toBeTrue: names, toBeFalse: names });

/** What an expression has no value of any kind without. */
function toHaveValue(node: ASTNode): Names {
  const { toBeTrue, toBeFalse } = needsOf(node);
  return shared(toBeTrue, toBeFalse);
}

function needsOf(node: ASTNode): Needs {
  switch (node.op) {
    case 'id':
      return either(new Set([node.args]));
    case '!_': {
      const { toBeTrue, toBeFalse } = needsOf(node.args);
      return { toBeTrue: toBeFalse, toBeFalse: toBeTrue };
    }
    case '&&': {
      const [left, right] = node.args.map(needsOf) as [Needs, Needs];
      return {
        toBeTrue: both(left.toBeTrue, right.toBeTrue),
        toBeFalse: shared(left.toBeFalse, right.toBeFalse),
      };
    }
    case '||': {
      const [left, right] = node.args.map(needsOf) as [Needs, Needs];
      return {
        toBeTrue: shared(left.toBeTrue, right.toBeTrue),
        toBeFalse: both(left.toBeFalse, right.toBeFalse),
      };
    }
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'in':
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case 'list':
      return either(node.args.map(toHaveValue).reduce(both, nothing));
    default:
      // Ternaries, functions and macros may leave what they mention unevaluated. That nothing is known to be needed
      // is always true.
      return either(nothing);
  }
}

/**
 * @returns the facts without any one of which the expression cannot be true, as `&&`, `||` and `!` absorb what is
 * unknown in CEL. Where one of them is unknown the answer is known without evaluating, which would make an error
 * with a stack, only to be caught.
 */
export const neededFacts = (ast: ASTNode): ReadonlySet<string> => needsOf(ast).toBeTrue;
