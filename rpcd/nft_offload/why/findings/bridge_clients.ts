// SPDX-License-Identifier: Apache-2.0
/** Which client is behind which port of its bridge, and which have moved since the last looks. */
import type { Link } from '../../../api/index.ts';
import { now_ms } from 'nft_offload.base.clock';
import { read_file, read_line } from 'nft_offload.base.files';
import { read_record, write_record } from 'nft_offload.base.record';
import { is_array, is_integer, is_object, is_text } from 'nft_offload.base.value';

const CLIENTS_RECORD = 'clients.json';
/** Clients that are remembered. */
const CLIENTS = 1024;
/** Bytes of an entry (linux/if_bridge.h, struct __fdb_entry): address 6, port 1, is_local 1, age 4, port's high byte 1. */
const ENTRY = 16;
/** Milliseconds for which a move is told. The flowtable's entries go on as long as the other end sends. */
const TOLD = 300000;
const MOVES = 16;

interface Move {
	/** Its bridge and its address: `br-lan 02:00:00:00:00:0a`. It may be behind a port of another bridge as well. */
	client: string;
	old_port: string;
	new_port: string;
	at_ms: number;
}

/** The ports of bridges by their number in it: `br-lan 0x1`. */
function numbered(ports: Link[]): Record<string, string> {
	const found: Record<string, string> = {};
	map(ports, (port) => {
		const number = read_line(`/sys/class/net/${port.device}/brport/port_no`);
		found[`${port.above} ${number}`] = port.device;
	});
	return found;
}

/**
 * Adds the clients behind these ports of a bridge. One that separates VLANs may have the same address behind a port for each of
 * them, and its table in sysfs leaves the VLAN out (br_fdb.c, br_fdb_fillbuf): of such a bridge nobody knows who has moved.
 */
function add_clients(bridge: string, ports: Record<string, string>, found: Record<string, string>): void {
	const separates = read_line(`/sys/class/net/${bridge}/bridge/vlan_filtering`) === '1';
	const table = separates ? '' : (read_file(`/sys/class/net/${bridge}/brforward`, CLIENTS * ENTRY) ?? '');
	for (let at = 0; at + ENTRY <= length(table); at += ENTRY) {
		const byte = (offset: number): number => ord(table, at + offset) ?? 0;
		const port = ports[sprintf('%s 0x%x', bridge, byte(6) + 256 * byte(12))];
		if (port != null && byte(7) === 0) {
			const address = sprintf(
				'%02x:%02x:%02x:%02x:%02x:%02x',
				byte(0),
				byte(1),
				byte(2),
				byte(3),
				byte(4),
				byte(5)
			);
			found[`${bridge} ${address}`] = port;
		}
	}
}

function move_of(value: unknown): Move | null {
	const client = is_object(value) ? value['client'] : null;
	const old_port = is_object(value) ? value['old_port'] : null;
	const new_port = is_object(value) ? value['new_port'] : null;
	const at_ms = is_object(value) ? value['at_ms'] : null;
	return is_text(client) && is_text(old_port) && is_text(new_port) && is_integer(at_ms)
		? { client: client, old_port: old_port, new_port: new_port, at_ms: at_ms }
		: null;
}

/** The moves that are told still: of clients that have not moved on, the newest first. */
function moves_before(
	record: Record<string, unknown> | null,
	clients: Record<string, string>,
	now: number
): Move[] {
	const told = record == null ? null : record['moves'];
	const found: Move[] = [];
	map(is_array(told) ? told : [], (value) => {
		const move = move_of(value);
		const port = move == null ? null : (clients[move.client] ?? move.new_port);
		if (move != null && now - move.at_ms <= TOLD && now >= move.at_ms && port === move.new_port) {
			push(found, move);
		}
	});
	return found;
}

/**
 * Looks at the clients behind these ports, and tells those that were behind another one of them before. What was seen lies in
 * memory for the next look; clients that are away for a while are remembered.
 */
function moved_clients(ports: Link[]): Move[] {
	if (length(ports) === 0) {
		return [];
	}
	const now = now_ms();
	const names = numbered(ports);
	const clients: Record<string, string> = {};
	const bridges: Record<string, true> = {};
	map(ports, (port) => {
		bridges[port.above ?? ''] = true;
	});
	map(keys(bridges), (bridge) => {
		add_clients(bridge, names, clients);
	});
	const record = read_record(CLIENTS_RECORD);
	const former = record == null ? null : record['ports'];
	const known: Record<string, unknown> = is_object(former) ? former : {};
	const hooked = values(names);
	const moves: Move[] = [];
	map(keys(clients), (client) => {
		const old_port = known[client];
		const new_port = clients[client] ?? '';
		if (is_text(old_port) && old_port !== new_port && index(hooked, old_port) !== -1) {
			push(moves, { client: client, old_port: old_port, new_port: new_port, at_ms: now });
		}
	});
	map(moves_before(record, clients, now), (move) => push(moves, move));
	map(keys(known), (client) => {
		const port = known[client];
		if (!exists(clients, client) && is_text(port) && length(clients) < CLIENTS) {
			clients[client] = port;
		}
	});
	const told = slice(moves, 0, MOVES);
	write_record(CLIENTS_RECORD, { ports: clients, moves: told });
	return told;
}

export { moved_clients };
