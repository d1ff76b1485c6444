import { type Item, s } from './items';

export type User = { uuid: string; display_name: string; handle: string };

const user = (at: number, display_name: string, handle: string): User => ({
  uuid: `${String(at).repeat(8)}-0000-4000-8000-000000000000`,
  display_name,
  handle,
});

export const ADA = user(1, 'Ada Byron', 'ada');
export const BO = user(2, 'Bo Chen', 'bo');
export const CY = user(3, 'Cy Dunn', 'cy');

const described = (who: User): Item => ({
  user_uuid: s(who.uuid),
  user_display_name: s(who.display_name),
  user_handle: s(who.handle),
});

/** One message row: `user_*` is who sent it. */
export function messageRow(group: string, from: User, sk: string, text: string): Item {
  return { pk: s(`MSG#${group}`), sk: s(sk), message_uuid: s(`m-${group}-${sk}`), message: s(text), ...described(from) };
}

/** One group row: `user_*` is the other person. */
export function groupRow(group: string, owner: User, other: User, sk: string, text: string): Item {
  return { pk: s(`GRP#${owner.uuid}`), sk: s(sk), message_group_uuid: s(group), message: s(text), ...described(other) };
}

/** A conversation with both of its group rows; each message is who, when and what. */
export function conversation(group: string, one: User, other: User, messages: [User, string, string][]): Item[] {
  const [, at, text] = messages[messages.length - 1];
  return [
    ...messages.map(([from, sk, said]) => messageRow(group, from, sk, said)),
    groupRow(group, one, other, at, text),
    groupRow(group, other, one, at, text),
  ];
}
