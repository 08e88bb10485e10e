// SPDX-License-Identifier: Apache-2.0
/** Programs that count traffic, where they miss what is offloaded. */
import type { FindingOf } from '../../../api/index.ts';
import { is_accounting } from 'nft_offload.base.conntrack.table';
import { read_file } from 'nft_offload.base.files';
import { counter_of_firewall4 } from 'nft_offload.why.findings.counters';
import type { Situation } from 'nft_offload.why.situation';
import { place_in, chain_ways } from 'nft_offload.why.ways';

type Missed = FindingOf<'misses_traffic'>;

/** nlbwmon reads conntrack's counters. */
function missed_by_nlbwmon(situation: Situation): Missed[] {
	const counter = situation.planned ? counter_of_firewall4() !== false : situation.evidence.effective.counter;
	const cause = !is_accounting()
		? 'accounting_off'
		: !counter
			? 'no_counter'
			: !situation.planned && situation.mode === 'hardware' && situation.evidence.seen.uncounted > 0
				? 'hardware'
				: null;
	return cause == null
		? []
		: [{ code: 'misses_traffic', severity: 'warning', program: 'nlbwmon', cause: cause, devices: [] }];
}

/** The devices that vnstat's configuration names: `list interface 'wan'`. */
function vnstat_devices(): string[] {
	const found: string[] = [];
	map(split(read_file('/etc/config/vnstat', 16384) ?? '', '\n'), (line) => {
		const words = match(trim(line), /^(list|option)[ \t]+interface[ \t]+['"]?([^'" \t]+)['"]?$/);
		if (words != null) {
			push(found, words[2] ?? '');
		}
	});
	return found;
}

/**
 * vnstat reads the devices' counters. An offloaded packet is counted where it enters and where it leaves, and not on what lies above
 * the hooked device that it enters by (see state/load).
 */
function missed_by_vnstat(situation: Situation): Missed[] {
	const watched = vnstat_devices();
	const above: string[] = [];
	map(situation.chains, (chain) =>
		map(chain_ways(chain), (way) => {
			const lowest = length(way) - 1;
			const taken = index(situation.hooked, way[lowest]?.device ?? '') !== -1;
			map(taken ? watched : [], (device) => {
				const place = place_in(way, device);
				if (place !== -1 && place < lowest && index(above, device) === -1) {
					push(above, device);
				}
			});
		})
	);
	return length(above) === 0
		? []
		: [
				{
					code: 'misses_traffic',
					severity: 'warning',
					program: 'vnstat',
					cause: 'upper_device',
					devices: above
				}
			];
}

function find_meters(situation: Situation): Missed[] {
	const running = situation.running();
	const found: Missed[] = [];
	map(exists(running, 'nlbwmon') ? missed_by_nlbwmon(situation) : [], (each) => push(found, each));
	map(exists(running, 'vnstatd') ? missed_by_vnstat(situation) : [], (each) => push(found, each));
	return found;
}

export { find_meters };
