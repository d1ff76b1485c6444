/** DynamoDB JSON of one value. */
export type Value = Record<string, unknown>;
export type Item = Record<string, Value>;

export const s = (text: string): Value => ({ S: text });
export const n = (digits: string | number): Value => ({ N: String(digits) });
export const b = (bytes: string | Uint8Array): Value => ({ B: Buffer.from(bytes).toString('base64') });
export const list = (...values: Value[]): Value => ({ L: values });
export const map = (members: Item): Value => ({ M: members });

/** A value that lies `levels` lists and maps deep. */
export function nested(levels: number, innermost: Value): Value {
  return levels === 0 ? innermost : levels % 2 ? list(nested(levels - 1, innermost)) : map({ in: nested(levels - 1, innermost) });
}

/** Numbered items, `row-000000` and on. */
export function numbered(count: number, more: (at: number) => Item = () => ({})): Item[] {
  return Array.from({ length: count }, (_, at) => ({ pk: s(`row-${String(at).padStart(6, '0')}`), n: n(at), ...more(at) }));
}
