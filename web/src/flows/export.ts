// SPDX-License-Identifier: Apache-2.0
/** The rows as a file for a spreadsheet, or as text to paste. */
import type { ClientTotal } from '../../../rpcd/api/index.ts';
import type { Hosts } from './hosts.ts';
import { PATHS } from './query.ts';
import { endsOf, type Row } from './rows.ts';

/** Null is what is not known. */
type Cell = string | number | boolean | null;

/** Lines of as many cells each; the first one names them. */
export type Sheet = readonly (readonly Cell[])[];

const TUPLE = ['source', 'source_port', 'destination', 'destination_port'];

const CONNECTION = [
	'path',
	'family',
	'protocol',
	...TUPLE,
	'source_name',
	'destination_name',
	'sent_bytes',
	'sent_packets',
	'received_bytes',
	'received_packets',
	'state',
	'timeout',
	'replied',
	...TUPLE.map((name) => `reply_${name}`)
];

export function sheetOfConnections(rows: readonly Row[], hosts: Hosts): Sheet {
	const lines = rows.map(({ flow: { original, reply, ...flow } }) => [
		flow.path,
		flow.family,
		flow.protocol,
		...endsOf(original),
		hosts.nameOf(original.source),
		hosts.nameOf(original.destination),
		original.bytes,
		original.packets,
		reply.bytes,
		reply.packets,
		flow.state,
		flow.timeout,
		flow.replied,
		...endsOf(reply)
	]);
	return [CONNECTION, ...lines];
}

export function sheetOfClients(clients: readonly ClientTotal[], hosts: Hosts): Sheet {
	const head = PATHS.flatMap((path) => [`${path}_connections`, `${path}_bytes`, `${path}_packets`]);
	const lines = clients.map(({ address, paths }) => [
		address,
		hosts.nameOf(address),
		...PATHS.flatMap((path) => [paths[path].flows, paths[path].bytes, paths[path].packets])
	]);
	return [['client', 'client_name', ...head], ...lines];
}

/** RFC 4180. */
export function toCsv(sheet: Sheet): string {
	return sheet.map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');
}

/** Spreadsheets take a text that begins so for a formula, which a host's name could be. */
const FORMULA = /^[=+\-@\t\r]/;

function textOf(cell: Cell): string {
	return typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : String(cell ?? '');
}

function csvCell(cell: Cell): string {
	const text = textOf(cell);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Cells set apart by tabs, which nothing in them contains. */
export function toText(sheet: Sheet): string {
	return sheet.map((line) => `${line.map(textOf).join('\t')}\n`).join('');
}
