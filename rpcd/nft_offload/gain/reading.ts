// SPDX-License-Identifier: Apache-2.0
/**
 * Readings of what the kernel counts, small files all, and what passed between two of them.
 *
 * Busy is what is not idle of the time that went by, and not the sum of what the kernel calls user, system and softirq: those are
 * counted by ticks, and a core that sleeps without ticks forwards packets that no tick has seen (kernel/time/tick-sched.c).
 */
import type { CoreLoad, Passing } from '../../api/index.ts';
import { call } from 'nft_offload.base.bus';
import { now_us } from 'nft_offload.base.clock';
import { list, read_file, read_line } from 'nft_offload.base.files';
import { myself, process_fields } from 'nft_offload.base.job';
import { is_integer, is_object, matches, number_or, words_of } from 'nft_offload.base.value';
import { device_counters } from 'nft_offload.state.load';
import type { DeviceCounters } from 'nft_offload.state.load';
import { guard_process } from 'nft_offload.state.pending';

/** Ticks a second in /proc/stat and /proc/PID/stat, whatever the kernel's own clock (USER_HZ). */
const TICKS = 100;
/** Bytes of /proc/stat: 64 cores have 5 KiB. */
const STAT_LIMIT = 16384;
/** All there is. */
const WHOLE = 10000;

/**
 * Ticks of a core since the boot. `idle` holds the time spent waiting for a disk, too; `stolen` is what the host of a virtual machine
 * has given to others. `others`: of programs, what the kernel did for them, and of its threads (proc(5): user, nice, system).
 */
interface Core {
	idle: number;
	stolen: number;
	softirq: number;
	others: number;
}

interface Reading {
	at_us: number;
	cores: Record<string, Core>;
	devices: Record<string, DeviceCounters>;
	/** Ticks that our own processes and rpcd's have taken, by their numbers. */
	ours: Record<string, number>;
}

/** The devices at which is counted what passes. */
interface Ways {
	uplinks: string[];
	inside: string[];
}

function read_cores(): Record<string, Core> {
	const found: Record<string, Core> = {};
	const lines = split(read_file('/proc/stat', STAT_LIMIT) ?? '', '\n');
	map(lines, (line) => {
		// The first line is the sum of all.
		if (index(line, 'cpu') === 0 && index(line, 'cpu ') !== 0) {
			const words = words_of(line);
			const figure = (at: number): number => number_or(words[at] ?? null, 0);
			found[words[0] ?? ''] = {
				idle: figure(4) + figure(5),
				stolen: figure(8),
				softirq: figure(7),
				others: figure(1) + figure(2) + figure(3)
			};
		}
	});
	return found;
}

const CLOCKS = '/sys/devices/system/cpu/cpufreq';

/** kHz of all clocks that the kernel sets by how much there is to do, together; 0 where it sets none (cpufreq). */
function read_clock(): number {
	let sum = 0;
	map(list(CLOCKS), (policy) => (sum += number_or(read_line(`${CLOCKS}/${policy}/scaling_cur_freq`), 0)));
	return sum;
}

/** Ticks that a process and those it has waited for have taken. */
function ticks_of(pid: string): number {
	let sum = 0;
	map(slice(process_fields(pid), 11, 15), (field) => (sum += number_or(field, 0)));
	return sum;
}

/** Ticks of the kernel's own threads, by their numbers: some forward packets (napi, mt76). Those of ksoftirqd count as softirq. */
function kernel_threads(): Record<string, number> {
	const found: Record<string, number> = {};
	map(list('/proc'), (pid) => {
		const fields = matches(pid, /[0-9]+/) ? process_fields(pid) : [];
		// All are children of kthreadd.
		if (fields[1] === '2' && index(read_line(`/proc/${pid}/comm`), 'ksoftirqd') !== 0) {
			found[pid] = number_or(fields[12] ?? null, 0);
		}
	});
	return found;
}

/** rpcd, which has run what answers the pages: LuCI's, and those that look at the comparison. Null where procd does not tell. */
function page_server(): string | null {
	const service = call('service', 'list', { name: 'rpcd' }).data['rpcd'];
	const instances = is_object(service) ? service['instances'] : null;
	const running = is_object(instances) ? filter(values(instances), is_object)[0] : null;
	const pid = running == null ? null : running['pid'];
	return is_integer(pid) ? `${pid}` : null;
}

function read_ours(server: string | null): Record<string, number> {
	const ours: Record<string, number> = {};
	map([myself().pid, guard_process(), server], (pid) => {
		if (pid != null) {
			ours[pid] = ticks_of(pid);
		}
	});
	return ours;
}

/** `server`: of {@link page_server}. */
function read_now(server: string | null): Reading {
	return { at_us: now_us(), cores: read_cores(), devices: device_counters(), ours: read_ours(server) };
}

function share_of(part: number, whole: number): number {
	return whole <= 0 ? 0 : max(0, min(WHOLE, int((part * WHOLE) / whole)));
}

/** What processes took, by their numbers. Of one that was not there before nothing is known. */
function ticks_between(before: Record<string, number>, after: Record<string, number>): number {
	let sum = 0;
	map(keys(after), (pid) => {
		const then = before[pid];
		sum += then == null ? 0 : max(0, (after[pid] ?? 0) - then);
	});
	return sum;
}

/** What a counter gained; nothing where it began again. */
function gained(before: number | undefined, after: number | undefined): number {
	return before == null || after == null || after < before ? 0 : after - before;
}

/**
 * What passed between two readings, a second.
 *
 * @param of_kernel ticks that the kernel's threads have taken meanwhile, which no program has; none where nobody has asked
 */
function passing_between(before: Reading, after: Reading, ways: Ways, of_kernel?: number): Passing {
	const elapsed_us = max(1, after.at_us - before.at_us);
	const ticks = int((elapsed_us * TICKS + 500000) / 1000000);
	const cores: CoreLoad[] = [];
	let idle = 0;
	let others = 0;
	map(sort(keys(after.cores)), (name) => {
		const core = after.cores[name] ?? { idle: 0, stolen: 0, softirq: 0, others: 0 };
		const then = before.cores[name] ?? core;
		const rested = max(0, core.idle - then.idle + core.stolen - then.stolen);
		idle += min(rested, ticks);
		others += core.others - then.others;
		push(cores, {
			busy: share_of(ticks - rested, ticks),
			softirq: share_of(core.softirq - then.softirq, ticks)
		});
	});
	const a_second = (count: number): number => int((count * 1000000) / elapsed_us);
	const sum_of = (names: string[], key: keyof DeviceCounters): number => {
		let sum = 0;
		map(
			names,
			(name) => (sum += gained((before.devices[name] ?? {})[key], (after.devices[name] ?? {})[key]))
		);
		return sum;
	};
	const all = ticks * length(cores);
	const taken = ticks_between(before.ours, after.ours);
	const both = (names: string[]): number => sum_of(names, 'rx_bytes') + sum_of(names, 'tx_bytes');
	return {
		received: a_second(8 * sum_of(ways.uplinks, 'rx_bytes')),
		sent: a_second(8 * sum_of(ways.uplinks, 'tx_bytes')),
		packets: a_second(sum_of(ways.uplinks, 'rx_packets') + sum_of(ways.uplinks, 'tx_packets')),
		inside: a_second(8 * both(ways.inside)),
		busy: share_of(all - idle - taken, all),
		programs: share_of(others - taken - (of_kernel ?? 0), all),
		cores: cores
	};
}

export {
	kernel_threads,
	page_server,
	passing_between,
	read_clock,
	read_now,
	share_of,
	ticks_between,
	ticks_of,
	WHOLE
};
export type { Reading, Ways };
