import { ApiProblem } from '@busbar/kit';
import { createContext, useContext } from 'react';

const PREFIX = 'body.terms.';

/** What is wrong, by the place that the server names: `elements[0].components[1].price`. */
export type FieldProblems = ReadonlyMap<string, string>;

export const NoProblems: FieldProblems = new Map();

/** Reads from a refusal of terms which rule is broken where. */
export function readFieldProblems(error: unknown): FieldProblems {
  const body: unknown = error instanceof ApiProblem ? error.body : null;
  const errors: unknown = body && typeof body === 'object' ? Reflect.get(body, 'errors') : null;
  const found = new Map<string, string>();
  for (const each of Array.isArray(errors) ? errors : []) {
    const { field, code } = (each ?? {}) as { field?: unknown; code?: unknown };
    if (typeof field !== 'string' || typeof code !== 'string' || !field.startsWith(PREFIX)) continue;
    const path = field.slice(PREFIX.length);
    if (!found.has(path)) found.set(path, code);
  }
  return found;
}

/** Where the server names no number of a list, every one of them is meant: `texts[...].language`. */
export function findProblem(problems: FieldProblems, path: string): string | undefined {
  return problems.get(path) ?? problems.get(path.replace(/\[\d+\]/g, '[...]'));
}

export const ProblemContext = createContext<FieldProblems>(NoProblems);

/** The rule that a field breaks; undefined: none. */
export function useFieldProblem(path: string): string | undefined {
  return findProblem(useContext(ProblemContext), path);
}
