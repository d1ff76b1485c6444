import { type Locator, type Page, expect } from '@playwright/test';
import type { Dynadesk } from './dynadesk';
import { CONNECTION } from './dynadesk';
import type { Item } from './items';
import { ItemsPage } from './items-page';

/** The link of an item, as the console writes it. */
export const token = (key: Item) => Buffer.from(JSON.stringify(key)).toString('base64url');

/** One item, whole, as the engine gives it. */
export async function stored(desk: Dynadesk, table: string, key: Item, connection = CONNECTION): Promise<Item | null> {
  return (await desk.api('POST', `/api/c/${connection}/tables/${table}/items/get`, { key })).item;
}

/** The editor of one item, as an operator sees it. */
export class ItemEditor {
  readonly panel: Locator;
  readonly items: ItemsPage;
  constructor(
    readonly page: Page,
    readonly table: string,
    readonly connection = CONNECTION,
  ) {
    this.items = new ItemsPage(page, table, connection);
    this.panel = page.getByRole('complementary');
  }

  /** Opens an item for editing by its link. */
  async edit(key: Item) {
    await this.page.goto(`/c/${this.connection}/tables/${this.table}/items?item=${token(key)}&edit=1`);
    await expect(this.panel.getByRole('button', { name: 'Save', exact: true })).toBeVisible();
  }

  /** The row of an attribute, an element or a member. */
  row(...way: string[]): Locator {
    return way.reduce((within, name) => within.getByRole('group', { name, exact: true }), this.panel as Locator);
  }

  value(...way: string[]): Locator {
    return this.row(...way).getByRole('textbox', { name: 'Value', exact: true }).first();
  }

  type(...way: string[]): Locator {
    return this.row(...way).getByRole('combobox', { name: 'Type' }).first();
  }

  tab(name: 'Form' | 'JSON' | 'DynamoDB JSON'): Locator {
    return this.panel.getByRole('tab', { name, exact: true });
  }

  text(): Locator {
    return this.panel.getByRole('textbox', { name: /^Item as/ });
  }

  /** Adds an attribute and gives its row, which has no name yet. */
  async add(name: string): Promise<Locator> {
    await this.panel.getByRole('button', { name: 'Add attribute' }).last().click();
    const field = this.row('New attribute').getByRole('textbox', { name: 'Name' });
    await field.fill(name);
    return this.row(name);
  }

  async review(): Promise<Locator> {
    await this.panel.getByRole('button', { name: /^(Save|Add item)$/ }).click();
    const dialog = this.page.getByRole('dialog', { name: /^(Save these changes|Add this item)\?$/ });
    await expect(dialog).toBeVisible();
    return dialog;
  }

  /** Saves, and waits until it is written. */
  async save() {
    const dialog = await this.review();
    await dialog.getByRole('button', { name: /^(Save changes|Add item)$/ }).click();
    await expect(dialog).toBeHidden();
    await expect(this.panel.getByRole('button', { name: 'Edit', exact: true })).toBeVisible();
  }
}
