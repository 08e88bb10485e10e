// SPDX-License-Identifier: Apache-2.0
/**
 * The tables of packet engines in debugfs: `ppe0/bind`, ... (MediaTek: mtk_ppe_debugfs.c), `ppe/bind` (Airoha:
 * airoha_ppe_debugfs.c). A line is a direction that is really bound, after its number, its state and its kind:
 *
 *     003f2 BND IPv4 5T orig=192.168.1.50:42250->10.9.9.2:8000 new=10.9.9.1:42250->10.9.9.2:8000 eth=...
 */
import type { EngineTable } from '../../api/index.ts';
import { number_after } from 'nft_offload.base.conntrack.line';
import { list, read_file } from 'nft_offload.base.files';
import { matches } from 'nft_offload.base.value';

const DEBUGFS = '/sys/kernel/debug';
/** Bytes read of a table at most. */
const TABLE_LIMIT = 262144;

/** The tables, and the directions bound in them, as `source:port->destination:port`, with their packets; null where the table counts none. */
interface EngineTables {
	tables: EngineTable[];
	ways: Record<string, number | null>;
}

function read_engine_tables(): EngineTables {
	const found: EngineTables = { tables: [], ways: {} };
	const names = sort(filter(list(DEBUGFS), (name) => matches(name, /ppe[0-9]{0,2}/)));
	map(names, (name) => {
		const text = read_file(`${DEBUGFS}/${name}/bind`, TABLE_LIMIT);
		if (text == null) {
			return;
		}
		const pieces = split(text, ' orig=');
		for (let i = 1; i < length(pieces); i++) {
			const entry = split(pieces[i] ?? '', '\n')[0] ?? '';
			found.ways[split(entry, ' ')[0] ?? ''] = number_after(entry, ' packets=');
		}
		push(found.tables, { name: name, entries: length(pieces) - 1, whole: length(text) < TABLE_LIMIT });
	});
	return found;
}

/** The directions of a connection that are bound; null where no table tells, or one was not read to its end. */
function bound_ways(engine: EngineTables, ways: string[]): string[] | null {
	const cut_off = filter(engine.tables, (table) => !table.whole);
	return length(engine.tables) === 0 || length(cut_off) > 0
		? null
		: filter(ways, (way) => exists(engine.ways, way));
}

export { bound_ways, read_engine_tables };
export type { EngineTables };
