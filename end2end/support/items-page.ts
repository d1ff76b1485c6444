import { type Locator, type Page, expect } from '@playwright/test';
import { CONNECTION } from './dynadesk';

/** The page of a table's items, as an operator sees it. */
export class ItemsPage {
  readonly grid: Locator;
  readonly panel: Locator;
  constructor(
    readonly page: Page,
    readonly table: string,
    readonly connection = CONNECTION,
  ) {
    this.grid = page.getByRole('grid', { name: `Items of ${table}` });
    this.panel = page.getByRole('complementary');
  }

  async open(query = '') {
    await this.page.goto(`/c/${this.connection}/tables/${this.table}/items${query}`);
    await expect(this.grid).toBeVisible();
    // Once the table is described, its key comes first, and keys that need it are taken.
    await expect(this.grid.locator('[role=columnheader][title*="partition key"]').first()).toBeVisible();
  }

  cell(text: string | RegExp): Locator {
    return this.grid.getByRole('gridcell', typeof text === 'string' ? { name: text, exact: true } : { name: text });
  }

  /** The first cell of a row by its number, counted from 0. */
  async key(row: number): Promise<string> {
    return this.row(row).then((cells) => cells[0]);
  }

  /** The texts of a row by its number, counted from 0. */
  async row(row: number): Promise<string[]> {
    return (await this.rows()).get(row) ?? [];
  }

  /** What the grid shows now: texts by row number. */
  async rows(): Promise<Map<number, string[]>> {
    const shown = await this.grid.getByRole('row').evaluateAll((rows) =>
      rows
        .filter((row) => row.checkVisibility())
        .map((row): [number, string[]] => [
          Number(row.getAttribute('aria-rowindex')) - 2,
          [...row.querySelectorAll('[role=gridcell]')]
            .filter((cell) => cell.checkVisibility() && !cell.querySelector('input[type=checkbox]'))
            .sort((one, other) => Number(one.getAttribute('aria-colindex')) - Number(other.getAttribute('aria-colindex')))
            .map((cell) => cell.textContent ?? ''),
        ]),
    );
    return new Map(shown.filter(([row]) => row >= 0));
  }

  /** The number of the first row that is drawn; nothing where none is. */
  async firstRow(): Promise<number> {
    const drawn = [...(await this.rows()).keys()];
    return drawn.length === 0 ? NaN : Math.min(...drawn);
  }

  /** What a double click does, however long the machine takes between its two clicks. That a mouse does it too, one
   * line of cells.spec tells. */
  async twice(cell: Locator) {
    await cell.focus();
    await cell.dispatchEvent('dblclick');
  }

  /** The box that selects a row, counted from 0. */
  box(row: number): Locator {
    return this.grid.getByRole('checkbox', { name: `Select row ${(row + 1).toLocaleString('en')}`, exact: true });
  }

  /** What is done with the selected rows. */
  get selected(): Locator {
    return this.page.getByRole('group', { name: 'Selected rows' });
  }

  /** What is done with changed cells. */
  get unsaved(): Locator {
    return this.page.getByRole('group', { name: 'Changes that are not saved' });
  }

  /** A cell by its row and the name of its column. */
  at(row: number, column: string): Promise<Locator> {
    return this.grid.getByRole('columnheader').evaluateAll(
      (heads, column) => heads.find((head) => head.querySelector('.grid-head-name')?.textContent === column)?.getAttribute('aria-colindex'),
      column,
    ).then((index) => this.grid.locator(`[aria-rowindex="${row + 2}"] [role=gridcell][aria-colindex="${index}"]`));
  }

  /** What was read so far, as the line below the grid says. */
  fact(text: string | RegExp): Locator {
    return this.page.getByText(text);
  }

  get builder(): Locator {
    return this.page.getByRole('form', { name: 'Query builder' });
  }

  /** Opens the query builder, where it is not open. */
  async openBuilder() {
    if (!(await this.builder.isVisible())) await this.page.getByRole('button', { name: 'Query', exact: true }).click();
    await expect(this.builder).toBeVisible();
  }

  async run() {
    await this.builder.getByRole('button', { name: 'Run', exact: true }).click();
  }

  /** Puts one condition into the filter and runs it. */
  async filter(attribute: string, test: string, value?: string, type?: string) {
    await this.openBuilder();
    const form = this.builder;
    const exact = true;
    const path = { name: 'Attribute', exact };
    await form.getByRole('combobox', path).or(form.getByRole('textbox', path)).fill(attribute);
    await form.getByRole('combobox', { name: 'Test', exact }).selectOption(test);
    if (type) await form.getByRole('combobox', { name: 'Type of the value' }).selectOption(type);
    if (value !== undefined) await form.getByRole('textbox', { name: 'Value', exact }).fill(value);
    await this.run();
  }
}
