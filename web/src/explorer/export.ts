// SPDX-License-Identifier: Apache-2.0
/** The rows as a file for a spreadsheet, or as text to paste. */
import type { Tuple } from '../../../rpcd/api.ts';
import type { Hosts } from './hosts.ts';
import type { Row } from './rows.ts';

const HEAD = [
	'path',
	'family',
	'protocol',
	'source',
	'source_port',
	'source_name',
	'destination',
	'destination_port',
	'destination_name',
	'sent_bytes',
	'sent_packets',
	'received_bytes',
	'received_packets',
	'state',
	'timeout',
	'replied',
	'reply_source',
	'reply_source_port',
	'reply_destination',
	'reply_destination_port'
];

type Cell = string | number | boolean | null;

function cells({ flow }: Row, hosts: Hosts): Cell[] {
	const { original, reply } = flow;
	return [
		flow.path,
		flow.family,
		flow.protocol,
		...end(original.source, original.source_port, hosts),
		...end(original.destination, original.destination_port, hosts),
		...counted(original),
		...counted(reply),
		flow.state,
		flow.timeout,
		flow.replied,
		reply.source,
		reply.source_port,
		reply.destination,
		reply.destination_port
	];
}

const end = (address: string, port: number | null, hosts: Hosts): Cell[] => [
	address,
	port,
	hosts.nameOf(address)
];
const counted = ({ bytes, packets }: Tuple): Cell[] => [bytes, packets];

/** RFC 4180. What is not known is empty. */
export function toCsv(rows: readonly Row[], hosts: Hosts): string {
	return [HEAD, ...rows.map((row) => cells(row, hosts))]
		.map((line) => `${line.map(csvCell).join(',')}\r\n`)
		.join('');
}

/** Spreadsheets take a text that begins so for a formula, which a host's name could be. */
const FORMULA = /^[=+\-@\t\r]/;

function csvCell(cell: Cell): string {
	if (typeof cell !== 'string') return cell === null ? '' : String(cell);
	const text = FORMULA.test(cell) ? `'${cell}` : cell;
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line a connection, cells set apart by tabs, which names do not contain. */
export function toText(rows: readonly Row[], hosts: Hosts): string {
	return [HEAD, ...rows.map((row) => cells(row, hosts))]
		.map((line) => `${line.map((cell) => (cell === null ? '' : String(cell))).join('\t')}\n`)
		.join('');
}
