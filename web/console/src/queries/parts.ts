/** Rows that a file holds at most. */
const FILE_ROWS = 100_000;
/** Rows that one answer brings. */
const PART_ROWS = 1_000;

/** Which part of a list is asked for. */
export interface Part {
  limit?: number;
  cursor?: string;
}

/** Reads a part of a list; what else it is to fit, the function knows. */
export type ReadPart<Row> = (part: Part) => Promise<{ items: Row[]; next_cursor: string | null }>;

/** Rows of a list, and whether there are more than were read. */
export interface Whole<Row> {
  rows: Row[];
  isCut: boolean;
}

/** Read a list part by part, up to what a file holds. */
export async function readWhole<Row>(read: ReadPart<Row>, most = FILE_ROWS): Promise<Whole<Row>> {
  const found: Row[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<ReadPart<Row>>> = await read({ limit: PART_ROWS, ...(cursor && { cursor }) });
    found.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null && found.length < most);
  return { rows: found.slice(0, most), isCut: cursor !== null || found.length > most };
}
