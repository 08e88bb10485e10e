// SPDX-License-Identifier: Apache-2.0
/**
 * The proof that the mode carries packets: one connection on its path whose packets go both ways, again and again.
 *
 * An engine that swallows what it takes counts what it swallows. What was on its way when a connection was taken, and what both
 * ends send again, can move the counters at two looks, not by so many packets at a third. So of TCP alone it is believed in
 * hardware: its ends stop when nothing arrives, those of UDP need not.
 */
import type { Flow, Mode, Path, PolicyRule, Proof } from '../../api/index.ts';
import { passes_through } from 'nft_offload.base.address';
import { now_ms } from 'nft_offload.base.clock';
import { parse_line, path_of } from 'nft_offload.base.conntrack.line';
import { conntrack_source, is_accounting, open_table } from 'nft_offload.base.conntrack.table';
import { each_text } from 'nft_offload.base.lines';
import { deciders_of, keeper_of, known_for } from 'nft_offload.state.policy.decide';

/** Looks at which a connection must have moved. */
const NEEDED = 3;
/** Packets each way since the look before that moved. */
const STEP = 10;
/** Bytes of the table that are looked at. */
const SAMPLE = 262144;
/** Connections that are read of the path, and of the others, in one look. */
const READ = 256;
/** Connections that are known again at the next look: those with the most packets, which a running one soon is among. */
const KNOWN_AGAIN = 64;

/** Packets each way when the connection moved last or was seen first, and at how many looks it has moved. */
type Moved = [sent: number, received: number, looks: number];

/** What the looks at one flowtable have made of it. */
interface Watch {
	handle: number | null;
	looked_ms: number;
	known: Record<string, Moved>;
	proof: Proof;
}

/** The connections of a look that are forwarded: those where they have to be, and how many were seen elsewhere. */
interface Sight {
	on_path: Flow[];
	others: number;
	/** Those of them that are offloaded though the policy keeps them on the CPU. */
	escaped: number;
}

const PATHS: Record<Mode, Path> = { off: 'cpu', software: 'software', hardware: 'hardware' };

function may_be_offloaded(line: string): boolean {
	return (index(line, ' tcp ') !== -1 || index(line, ' udp ') !== -1) && index(line, '[UNREPLIED]') === -1;
}

/** Looks at the start of the table. `stays`: the mode is that of before, and what the policy keeps on the CPU is where it has to be, too. */
function sight_of(path: Path, rules: PolicyRule[], stays: boolean): Sight {
	const found: Sight = { on_path: [], others: 0, escaped: 0 };
	const deciders = deciders_of(rules);
	const known = known_for(rules);
	const source = conntrack_source();
	const table = source === 'none' ? null : open_table(source);
	if (table == null) {
		return found;
	}
	each_text(table, SAMPLE, (text) => {
		const lines = filter(split(text, '\n'), may_be_offloaded);
		for (let i = 0; i < length(lines); i++) {
			const line = lines[i] ?? '';
			const on_path = path_of(line) === path;
			const room = on_path ? length(found.on_path) < READ : found.others < READ;
			const flow = room ? parse_line(line) : null;
			if (flow == null || !passes_through(known.own, flow)) {
				continue;
			}
			const kept = length(rules) > 0 && keeper_of(deciders, known, flow, line) !== -1;
			if (flow.path !== 'cpu' && kept) {
				found.escaped += 1;
			}
			if (on_path || (stays && flow.path === 'cpu' && kept)) {
				push(found.on_path, flow);
			} else {
				found.others += 1;
			}
		}
	});
	table.close();
	return found;
}

function key_of(flow: Flow): string {
	const sent = flow.original;
	return join(' ', [flow.protocol, sent.source, sent.source_port, sent.destination, sent.destination_port]);
}

/** Packets that went each way at least. */
function both_ways(flow: Flow): number {
	return min(flow.original.packets ?? 0, flow.reply.packets ?? 0);
}

/** What a look makes of a connection; null where nobody counts its packets. */
function moved(flow: Flow, before: Moved | undefined): Moved | null {
	const sent = flow.original.packets;
	const received = flow.reply.packets;
	if (sent == null || received == null) {
		return null;
	}
	if (before == null) {
		return [sent, received, 0];
	}
	return sent - before[0] >= STEP && received - before[1] >= STEP ? [sent, received, before[2] + 1] : before;
}

/** What is lacking after a look. */
function lack_of(looks: number, sight: Sight, mode: Mode): Proof['lacks'] {
	if (sight.escaped > 0) {
		return 'policy';
	}
	if (looks >= NEEDED && (mode !== 'off' || sight.others === 0)) {
		return null;
	}
	return !is_accounting() ? 'counters' : length(sight.on_path) === 0 ? 'connections' : 'movement';
}

/** Begins anew, with the flowtable of this handle. */
function begin_watch(handle: number | null): Watch {
	return {
		handle: handle,
		looked_ms: 0,
		known: {},
		proof: { lacks: 'connections', looks: 0, needed: NEEDED, connections: 0, others: 0 }
	};
}

/** Looks once more, with the rules that are to be in force; `stays` as above. What was proved stays so as long as the flowtable lives. */
function look_again(mode: Mode, rules: PolicyRule[], stays: boolean, before: Watch): Watch {
	const sight = sight_of(PATHS[mode], rules, stays);
	const known: Record<string, Moved> = {};
	let looks = before.proof.looks;
	const candidates = filter(sight.on_path, (flow) => mode !== 'hardware' || flow.protocol === 'tcp');
	const busiest = slice(
		sort(candidates, (a, b) => both_ways(b) - both_ways(a)),
		0,
		KNOWN_AGAIN
	);
	map(busiest, (flow) => {
		const key = key_of(flow);
		const now = moved(flow, before.known[key]);
		if (now != null) {
			known[key] = now;
			looks = max(looks, now[2]);
		}
	});
	return {
		handle: before.handle,
		looked_ms: now_ms(),
		known: known,
		proof: {
			lacks: before.proof.lacks == null ? null : lack_of(looks, sight, mode),
			looks: min(looks, NEEDED),
			needed: NEEDED,
			connections: length(sight.on_path),
			others: sight.others
		}
	};
}

export { begin_watch, look_again };
export type { Watch };
